"""What nobody listens to would be a 404, which Slack repeats: so everything has a listener."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import Any, Final

import structlog
from slack_bolt.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.response import BoltResponse

from glm_slackbot.app.settings import Settings
from glm_slackbot.listeners.payloads import command_origin
from glm_slackbot.texts import text
from glm_slackbot.workflow.reader import reader_locale
from glm_slackbot.workflow.services import Services

log = structlog.get_logger(__name__)

ANYTHING: Final = re.compile(".*")


def listen_to_the_rest(app: AsyncApp, settings: Settings, services: Services) -> None:
    """Answer whatever our listeners decline, or have none for. The last to be registered."""
    app.middleware(_held_back)
    app.event("app_uninstalled")(_uninstalled)
    app.event("tokens_revoked")(_uninstalled)
    app.event(ANYTHING)(_nothing_to_do)
    app.command(ANYTHING)(_other_command(settings, services))
    app.options(ANYTHING)(_no_options)
    for kind in (app.action, app.shortcut, app.view_submission, app.view_closed):
        kind(ANYTHING)(_acknowledge)


async def _held_back(
    body: dict[str, Any], next: Callable[[], Awaitable[BoltResponse]]
) -> BoltResponse:
    """Bolt knows no listener for this one: it is no event, but stands in an event's place."""
    if body.get("type") != "app_rate_limited":
        return await next()
    log.warning(
        "Slack held events back: too many events in an hour",
        since=body.get("minute_rate_limited"),
    )
    return BoltResponse(status=200)


async def _nothing_to_do() -> None:
    """Declined by our listeners, or of no concern to us."""


async def _uninstalled(event: dict[str, Any]) -> None:
    log.warning("Slack says that the app was removed or its token revoked", kind=event["type"])


async def _acknowledge(ack: AsyncAck) -> None:
    await ack()


async def _no_options(ack: AsyncAck) -> None:
    await ack(options=[])


def _other_command(settings: Settings, services: Services) -> Callable[..., Awaitable[None]]:
    async def other_command(body: dict[str, Any], ack: AsyncAck) -> None:
        typed = str(body.get("command") or "")
        locale = await reader_locale(services, command_origin(body), str(body.get("text") or ""))
        await ack(text("setup.other_command", locale, typed=typed, command=settings.command))

    return other_command
