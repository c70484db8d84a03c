"""What scenarios about admins set up: settings that were saved, and who opened Home."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, insert

from glm_slackbot.app.serve import Bot
from glm_slackbot.domain.workspace import WorkspaceSettings
from glm_slackbot.sandbox.slack_message import Message
from glm_slackbot.sandbox.world import World
from glm_slackbot.storage.audit import Act, AuditEntry
from glm_slackbot.storage.tables import people

from .seeing import see_direct

PRICE = 100_000
"""Millionths of CNY that one image of the default model costs."""
WISH = "a *fox* & <!channel>"


async def save(world: World, bot: Bot, **settings: Any) -> None:
    team_id = world.slack.workspace.team_id
    entry = AuditEntry(team_id, 0.0, "U2", Act.SETTINGS_CHANGED)
    await bot.services.workspaces.save_settings(team_id, WorkspaceSettings(**settings), entry)


async def opened_home(world: World, bot: Bot, user: str, locale: str = "en") -> None:
    """As if this admin had opened Home once."""
    team_id = world.slack.workspace.team_id
    person = {"team_id": team_id, "user_id": user, "workspace_id": team_id}
    async with bot.services.database.write() as connection:
        same = (people.c.team_id == person["team_id"]) & (people.c.user_id == user)
        await connection.execute(delete(people).where(same))
        await connection.execute(insert(people).values(**person, locale=locale, admin_since=1.0))


async def forged(bot: Bot, world: World) -> list[tuple[str, str]]:
    """Who tried what without the right to it."""
    entries = await bot.services.audit.last(world.slack.workspace.team_id, 50)
    return [(e.user_id, e.details["wanted"]) for e in entries if e.act is Act.FORGED]


async def question(world: World, user: str = "U1") -> Message:
    """A command over budget, the button pressed, and what the admin reads."""
    answer = await world.slack.command(WISH, user=user, channel="C1")
    assert answer.shown is not None
    await world.slack.press(answer.shown, "Ask the admins", user=user)
    return await see_direct(world, "U2", "budget does not allow")
