"""Installations of the bot, as Slack's answers make them, and the store that keeps them."""

from __future__ import annotations

from typing import Any

from factories import NOW
from slack_sdk.oauth.installation_store import Installation

from glm_slackbot.storage.database import Database
from glm_slackbot.storage.installations import InstallationStore, Installed
from glm_slackbot.storage.secret_box import SecretBox, new_encryption_key

KEYS = [new_encryption_key(), new_encryption_key()]
BOX = SecretBox(KEYS[:1])


def installation(team_id: str | None = "T1", **changes: Any) -> Installation:
    given = {
        "team_id": team_id,
        "team_name": "Acme",
        "bot_token": f"xoxb-{team_id}",
        "bot_id": "B1",
        "bot_user_id": "UBOT",
        "bot_scopes": "commands,chat:write",
        "bot_refresh_token": "xoxe-1-first",
        "bot_token_expires_at": int(NOW) + 43_200,
        "user_id": "U2",
    }
    return Installation(**{**given, **changes})


def org_wide(**changes: Any) -> Installation:
    given = {"enterprise_id": "E1", "enterprise_name": "Org", "is_enterprise_install": True}
    return installation(None, **{**given, **changes})


def store_of(database: Database, at: float = NOW, box: SecretBox | None = BOX) -> InstallationStore:
    return InstallationStore(database, box, lambda: at)


async def found(store: InstallationStore, *ids: str | None, **flags: bool) -> Installed:
    installed = await store.find(*ids, **flags)
    assert installed is not None
    return installed
