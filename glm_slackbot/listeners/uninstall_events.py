"""A workspace removes the bot: recorded in listener middleware, so that Slack sends again what
could not be recorded.

Slack sends copies and latecomers: one that comes after the bot was installed again must not
remove it, so where there is a doubt Slack is asked whether the token still works.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Final

import structlog
from slack_bolt.async_app import AsyncApp

from glm_slackbot.domain.errors import SetupError
from glm_slackbot.listeners.payloads import enterprise_of, is_org_wide, team_of
from glm_slackbot.slack.ask import ask
from glm_slackbot.slack.tokens import Tokens
from glm_slackbot.storage.audit import SLACK_ITSELF, Act, AuditEntry
from glm_slackbot.storage.installations import Installed
from glm_slackbot.storage.leaving import remove_workspace
from glm_slackbot.workflow.services import Services

SURELY_LATER_S: Final = 120.0
"""Between an installation and an event that certainly came after it, however clocks differ."""
ASK_WITHIN_S: Final = 2.0
REMOVED: Final = "app_uninstalled"

log = structlog.get_logger(__name__)


def register(app: AsyncApp, services: Services, tokens: Tokens) -> None:
    """Listen to the ends of installations."""

    async def record(body: dict[str, Any], next: Callable[[], Awaitable[None]]) -> None:
        await take_end(services, tokens, body)
        await next()

    app.event(REMOVED, middleware=[record])(recorded)
    app.event("tokens_revoked", matchers=[lists_bot_tokens], middleware=[record])(recorded)


async def recorded() -> None:
    """All is done by the time a listener runs."""


async def lists_bot_tokens(event: dict[str, Any]) -> bool:
    """Whether the bot's own token is revoked, not only a person's."""
    tokens = event.get("tokens")
    return isinstance(tokens, dict) and bool(tokens.get("bot"))


async def take_end(services: Services, tokens: Tokens, body: dict[str, Any]) -> None:
    """Remove what has ended. Raises UpstreamError, TimeoutError: then Slack sends it again."""
    tokens.forget()
    installed = await _meant(services, body)
    if installed is None:
        return
    if not _is_surely_over(installed, body) and await _still_works(tokens, installed):
        log.info("an end of an installation that goes on was ignored", workspace=installed.name)
        return
    entry = AuditEntry(
        installed.workspace_id,
        services.clock.now(),
        SLACK_ITSELF,
        Act.UNINSTALLED,
        {"name": installed.name},
    )
    if await remove_workspace(services.database, installed, entry):
        log.info("a workspace removed the bot", workspace=installed.name)
    tokens.forget()


async def _meant(services: Services, body: dict[str, Any]) -> Installed | None:
    """The installation that ended; where there is no such one, its organisation's is in doubt."""
    team, enterprise = (team_of(body), None), (None, enterprise_of(body))
    find = services.installations.find
    if is_org_wide(body):
        return await find(*enterprise)
    return await find(*team) or await find(*enterprise)


def _is_surely_over(installed: Installed, body: dict[str, Any]) -> bool:
    """Of tokens alone never: a token that was rotated is revoked too, and the bot stays."""
    event_time = body.get("event_time")
    is_of_it = installed.workspace_id == (
        enterprise_of(body) if is_org_wide(body) else team_of(body)
    )
    return (
        body["event"]["type"] == REMOVED
        and is_of_it
        and isinstance(event_time, int)
        and event_time > installed.installed_at + SURELY_LATER_S
    )


async def _still_works(tokens: Tokens, installed: Installed) -> bool:
    try:
        async with asyncio.timeout(ASK_WITHIN_S):
            await ask(tokens.client_of(installed), "auth.test", {})
    except SetupError:
        return False
    return True
