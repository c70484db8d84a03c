"""Bolt's question at every request, answered from our own store: no call to Slack."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any, Final

import structlog
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.response import BoltResponse

from glm_slackbot.app.database_faults import database_faults, reason_of
from glm_slackbot.listeners.payloads import mark_installation
from glm_slackbot.slack.tokens import Tokens
from glm_slackbot.texts import guess_locale, text

STRANGER: Final = "glm_slackbot.stranger"
INSTALLED: Final = "glm_slackbot.installed"
PATIENCE_S: Final = 0.4
"""For a database that is away: with the listener's own this is less than Slack waits, so that it
can say so; and the worker looks anew."""

log = structlog.get_logger(__name__)


def authorize_by(tokens: Tokens) -> Callable[[AsyncBoltContext], Awaitable[AuthorizeResult]]:
    """Who the bot is in the workspace of a request."""

    async def authorize(context: AsyncBoltContext) -> AuthorizeResult:
        team_id, enterprise_id = context.team_id, context.enterprise_id
        is_org_wide = bool(context.is_enterprise_install)
        unknown = AuthorizeResult(enterprise_id=enterprise_id, team_id=team_id)
        try:
            async with asyncio.timeout(PATIENCE_S):
                found = await tokens.installed(team_id, enterprise_id, is_org_wide=is_org_wide)
        except database_faults() as fault:  # TimeoutError is an OSError
            log.warning("the installation could not be looked up", reason=reason_of(fault))
            return unknown
        if found is None:
            context[STRANGER] = True
            return unknown
        context[INSTALLED] = found
        return AuthorizeResult(
            enterprise_id=enterprise_id,
            team_id=team_id,
            bot_token=found.bot_token,
            bot_id=found.bot_id,
            bot_user_id=found.bot_user_id,
        )

    return authorize


def answer_strangers(tokens: Tokens) -> Callable[..., Awaitable[Any]]:
    """Middleware: what comes from a workspace without an installation goes no further.

    Of any other it says which installation serves it: payloads leave that out now and then, and
    an organisation's settings are no matter of one workspace's admins.
    """

    async def answer(
        body: dict[str, Any], context: AsyncBoltContext, next: Callable[[], Awaitable[Any]]
    ) -> Any:
        if not context.get(STRANGER):
            if (found := context.get(INSTALLED)) is not None:
                mark_installation(body, found.enterprise_id if found.is_org_wide else None)
            return await next()
        if "command" not in body:
            return BoltResponse(status=200)
        locale = guess_locale(str(body.get("text") or ""))
        words = text("install.not_installed", locale, install_url=tokens.app.install_url)
        told = {"response_type": "ephemeral", "text": words}
        return BoltResponse(
            status=200, body=json.dumps(told), headers={"Content-Type": "application/json"}
        )

    return answer
