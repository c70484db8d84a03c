"""One token for one workspace, or OAuth for many: what is missing, and what is too much."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from glm_slackbot.app.encryption import NEW_KEY_LINE
from glm_slackbot.domain.listed_admins import BadAdmin
from glm_slackbot.storage.address import BadDatabaseUrl, PostgresAddress

if TYPE_CHECKING:
    from glm_slackbot.app.settings import Settings

_BOTH: Final = (
    "SLACK_BOT_TOKEN is set, and so are SLACK_CLIENT_ID, SLACK_CLIENT_SECRET and "
    "GLM_SLACKBOT_PUBLIC_URL: keep the token for one workspace, or unset it to let workspaces "
    "install the bot by OAuth"
)
_WHERE: Final = {
    "SLACK_CLIENT_ID": "Slack's page Basic Information shows it",
    "SLACK_CLIENT_SECRET": "Slack's page Basic Information shows it",
    "GLM_SLACKBOT_PUBLIC_URL": "it is where browsers reach the bot, like https://bot.example.com",
}


def oauth_mistakes_of(settings: Settings) -> list[str]:
    """A line a mistake."""
    given = {
        "SLACK_CLIENT_ID": settings.slack_client_id,
        "SLACK_CLIENT_SECRET": settings.slack_client_secret,
        "GLM_SLACKBOT_PUBLIC_URL": settings.public_url,
    }
    names = [name for name in list(given)[:2] if given[name]]
    if settings.slack_bot_token is not None:
        # Id and secret alone lie beside many a token; without an address they do nothing.
        return [_BOTH] if all(given.values()) else []
    if not names:
        return [
            "SLACK_BOT_TOKEN is not set: Slack's page OAuth & Permissions shows it "
            "(or set SLACK_CLIENT_ID, SLACK_CLIENT_SECRET and GLM_SLACKBOT_PUBLIC_URL, "
            "for many workspaces)"
        ]
    missing = [f"{name} is not set: {_WHERE[name]}" for name in given if not given[name]]
    return missing or [*_without_key(settings), *_admins_of_nowhere(settings)]


def _admins_of_nowhere(settings: Settings) -> list[str]:
    """One id may be somebody else's in another workspace."""
    try:
        named = settings.listed_admins.without_workspace
    except BadAdmin:
        return []  # told already
    if not named:
        return []
    return [
        f"GLM_SLACKBOT_ADMINS names {', '.join(named)} without a workspace, and there are several: "
        f"write T0123ABCD:{named[0]} (or E0123ABCD:{named[0]} for an organisation)"
    ]


def _without_key(settings: Settings) -> list[str]:
    try:
        is_postgres = isinstance(settings.database_address, PostgresAddress)
    except BadDatabaseUrl:
        return []  # told already
    if not is_postgres or settings.encryption_keys:
        return []
    return [
        "GLM_SLACKBOT_ENCRYPTION_KEY is not set, and OAuth on PostgreSQL needs it for the "
        f"workspaces' tokens: set it to what this prints, and back it up: {NEW_KEY_LINE}"
    ]
