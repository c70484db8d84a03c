"""What tests of ends share: what a workspace leaves, and Slack's events once more."""

from __future__ import annotations

from peek import rows as rows_of

from glm_slackbot.app.serve import Bot
from glm_slackbot.domain.image_models import Provider
from glm_slackbot.domain.workspace import WorkspaceSettings
from glm_slackbot.sandbox.slack_parcel import Parcel
from glm_slackbot.sandbox.slack_stand_in import SlackStandIn
from glm_slackbot.storage.audit import Act, AuditEntry
from glm_slackbot.storage.tables import (
    installations,
)

from .conftest import save_api_key


async def save_something(bot: Bot, workspace_id: str) -> None:
    """What an admin would: settings and an API key."""
    entry = AuditEntry(workspace_id, bot.services.clock.now(), "U2", Act.SETTINGS_CHANGED)
    await bot.services.workspaces.save_settings(workspace_id, WorkspaceSettings(), entry)
    await save_api_key(bot, workspace_id, Provider.BIGMODEL)


async def acts(bot: Bot, workspace_id: str) -> list[Act]:
    return [entry.act for entry in reversed(await bot.services.audit.last(workspace_id, 20))]


async def installed(bot: Bot) -> list[str]:
    return [row["workspace_id"] for row in await rows_of(bot.services.database, installations)]


async def send_again(place: SlackStandIn, kind: str) -> None:
    """A copy of an event that was sent before, signed anew."""
    sent = [s.parcel for s in place.sent if s.parcel.payload.get("event", {}).get("type") == kind]
    answer = await place.deliver(Parcel(sent[0].kind, sent[0].payload))
    assert answer.ok
