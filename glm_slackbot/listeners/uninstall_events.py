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
from slack_bolt.request.async_request import AsyncBoltRequest

from glm_slackbot.listeners.payloads import enterprise_of, is_org_wide, team_of
from glm_slackbot.slack.tokens import Tokens
from glm_slackbot.storage.audit import SLACK_ITSELF, Act, AuditEntry
from glm_slackbot.storage.installations import Installed
from glm_slackbot.storage.leaving import remove_rest, remove_workspace
from glm_slackbot.workflow.services import Services

WHOLE_SECOND: Final = 1.0
"""Slack tells no parts of one."""
CLOCKS_DIFFER_S: Final = 120.0
"""How far Slack's clock and ours may be apart, where nothing tells it."""
ASK_WITHIN_S: Final = 2.0
REMOVED: Final = "app_uninstalled"

log = structlog.get_logger(__name__)


def register(app: AsyncApp, services: Services, tokens: Tokens) -> None:
    """Listen to the ends of installations."""

    async def record(
        body: dict[str, Any], request: AsyncBoltRequest, next: Callable[[], Awaitable[None]]
    ) -> None:
        await take_end(services, tokens, body, _sent_at(request))
        await next()

    app.event(REMOVED, middleware=[record])(recorded)
    app.event("tokens_revoked", matchers=[lists_bot_tokens], middleware=[record])(recorded)


def _sent_at(request: AsyncBoltRequest) -> float | None:
    """When Slack sent it, by its own clock; Socket Mode does not tell."""
    stamp = next(iter(request.headers.get("x-slack-request-timestamp", ())), "")
    return float(stamp) if stamp.isascii() and stamp.isdigit() else None


async def recorded() -> None:
    """All is done by the time a listener runs."""


async def lists_bot_tokens(event: dict[str, Any]) -> bool:
    """Whether the bot's own token is revoked, not only a person's."""
    tokens = event.get("tokens")
    return isinstance(tokens, dict) and bool(tokens.get("bot"))


async def take_end(
    services: Services, tokens: Tokens, body: dict[str, Any], sent_at: float | None
) -> None:
    """Remove what has ended. Raises BotError, TimeoutError: then Slack sends it again."""
    tokens.forget()
    now = services.clock.now()
    installed = await _meant(services, body)
    if installed is None:
        if named := _named(body):
            await remove_rest(services.database, named, now)
        return
    if not _is_surely_over(installed, body, now, sent_at) and await _goes_on(tokens, installed):
        log.info("an end of an installation that goes on was ignored", workspace=installed.name)
        return
    entry = AuditEntry(
        installed.workspace_id, now, SLACK_ITSELF, Act.UNINSTALLED, {"name": installed.name}
    )
    if await remove_workspace(services.database, installed, entry):
        log.info("a workspace removed the bot", workspace=installed.name)
    tokens.forget()


async def _meant(services: Services, body: dict[str, Any]) -> Installed | None:
    """The installation that ended; where there is no such one, its organisation's is in doubt."""
    find = services.installations.find
    return await find(_named(body), None) or await find(None, enterprise_of(body))


def _named(body: dict[str, Any]) -> str:
    """The workspace that the event speaks of, or its organisation's id."""
    team, enterprise = team_of(body), enterprise_of(body) or ""
    return enterprise if is_org_wide(body) and enterprise else team or enterprise


def _is_surely_over(
    installed: Installed, body: dict[str, Any], now: float, sent_at: float | None
) -> bool:
    event_time = body.get("event_time", sent_at)
    if installed.workspace_id != _named(body) or not isinstance(event_time, int | float):
        return False
    if body["event"]["type"] != REMOVED and installed.was_rotated:
        return False  # it may speak of a token of before, and the bot stays
    # A request may be replayed for minutes, and clocks differ: both show as a distance here.
    apart = CLOCKS_DIFFER_S if sent_at is None else abs(now - sent_at) - WHOLE_SECOND
    return event_time > installed.installed_at + max(0.0, apart)


async def _goes_on(tokens: Tokens, installed: Installed) -> bool:
    if installed.bot_token is None:
        log.warning("an end is in doubt, and the token is not readable", workspace=installed.name)
        return True
    async with asyncio.timeout(ASK_WITHIN_S):
        return await tokens.still_works(installed)
