"""A modal's life: open at once, words or a form when they are known, an answer when submitted."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Mapping
from typing import Any, Final

import structlog
from slack_bolt.context.ack.async_ack import AsyncAck

from glm_slackbot.domain.errors import BotError
from glm_slackbot.domain.job import Origin
from glm_slackbot.listeners.answers import in_words
from glm_slackbot.listeners.home_event import show_home
from glm_slackbot.ui.card import Card
from glm_slackbot.ui.modal import View, card_view
from glm_slackbot.workflow.services import Services

log = structlog.get_logger(__name__)

ANSWER_WITHIN: Final = 60.0
"""Seconds: Slack has its answer already, and Slack and the provider are asked."""
LOCALE_WITHIN: Final = 1.0
"""Seconds, of the three that a trigger lives and an answer may take."""
SOON: Final = 0.5
"""Seconds in which an answer needs no other one before it."""
SLACK_SHOWS_WITHIN: Final = 0.5
"""Seconds in which Slack has put in the view of an answer; an update before that is lost."""


async def answer_press(
    services: Services,
    body: Mapping[str, Any],
    origin: Origin,
    waiting: View,
    made: Awaitable[View],
) -> None:
    """Show what is made, and ``waiting`` until then where that would outlive the trigger.

    A button in a modal changes that modal: Slack opens none above it.
    """
    making = asyncio.ensure_future(in_words(services, origin, "", made, within=ANSWER_WITHIN))
    await asyncio.wait({making}, timeout=SOON)
    if making.done():
        await _show(services, body, origin, as_view(making.result(), waiting))
        return
    view_id = await _show(services, body, origin, waiting)
    view = as_view(await making, waiting)
    if view_id is not None:
        await _update(services, origin, view_id, view)


async def answer_submission(
    services: Services,
    body: Mapping[str, Any],
    origin: Origin,
    ack: AsyncAck,
    waiting: View,
    made: Awaitable[View],
) -> None:
    """Put ``waiting`` in the place of the form, and then what is made; Home shows it, too."""
    await ack(response_action="update", view=waiting)
    view = as_view(await in_words(services, origin, "", made, within=ANSWER_WITHIN), waiting)
    await asyncio.sleep(SLACK_SHOWS_WITHIN)
    await _update(services, origin, str(body["view"]["id"]), view)
    await show_home(services, origin)


def as_view(made: View | Card, waiting: View) -> View:
    """An error's card, under the title that stood there."""
    return made if isinstance(made, dict) else card_view(waiting, made)


async def _show(
    services: Services, body: Mapping[str, Any], origin: Origin, view: View
) -> str | None:
    pressed_in = body.get("view") or {}
    try:
        if pressed_in.get("type") == "modal":
            view_id = str(pressed_in["id"])
            await services.delivery.update_view(origin, view_id, view)
            return view_id
        return await services.delivery.open_view(origin, str(body.get("trigger_id")), view)
    except BotError as error:
        log.info("a modal could not be opened", reason=str(error))
        return None


async def _update(services: Services, origin: Origin, view_id: str, view: View) -> None:
    try:
        await services.delivery.update_view(origin, view_id, view)
    except BotError as error:
        log.info("a modal could not be updated", reason=str(error))
