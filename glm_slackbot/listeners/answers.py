"""The first of the two doors by which errors leave: around everything before the row."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable
from typing import TypeVar

import structlog

from glm_slackbot.domain.errors import BotError
from glm_slackbot.domain.job import Job, Origin
from glm_slackbot.listeners.payloads import Press
from glm_slackbot.observe import traceback_of
from glm_slackbot.storage.audit import Act
from glm_slackbot.texts import guess_locale
from glm_slackbot.ui.card import Card
from glm_slackbot.ui.cards import error_card, unexpected_card, unsaved_card
from glm_slackbot.workflow.admin import audit_entry
from glm_slackbot.workflow.reader import reader_locale
from glm_slackbot.workflow.services import Services

log = structlog.get_logger(__name__)

Answer = TypeVar("Answer")

ANSWER_WITHIN = 2.4
"""Seconds; Slack waits 3, and the answer has to travel."""


async def in_words(
    services: Services,
    origin: Origin,
    words: str,
    answer: Awaitable[Answer],
    *,
    within: float = ANSWER_WITHIN,
) -> Answer | Card:
    """The answer, or the card that says why there is none.

    Never raises: what is raised after an ack, Bolt turns into a 404.
    """
    try:
        async with asyncio.timeout(within):
            return await answer
    except BotError as error:
        return error_card(error, await locale_now(services, origin, words))
    except TimeoutError:
        log.error("a request could not be written down in time", origin=origin.kind.value)
        return unsaved_card(guess_locale(words))
    except Exception as fault:  # this is the door
        reference = secrets.token_hex(4)
        log.exception("a request failed unexpectedly", reference=reference, **traceback_of(fault))
        return unexpected_card(reference, guess_locale(words))


async def locale_now(
    services: Services, origin: Origin, words: str = "", *, within: float = 0.3
) -> str:
    """The reader's language; the prompt's where even that cannot be read now. Never raises."""
    try:
        async with asyncio.timeout(within):
            return await reader_locale(services, origin, words)
    except Exception:  # noqa: BLE001  # an error about an error helps nobody
        return guess_locale(words)


async def job_of(services: Services, press: Press, wanted: str) -> Job | None:
    """The job a button names, if it is of the workspace that pays where it was pressed.

    Else no button of ours was pressed: the audit log tells, with ``wanted``, the button.
    """
    job = await services.jobs.job(press.value)
    if job is None or press.is_where(job.origin):
        return job
    await note_forged(services, press, wanted)
    return None


async def note_forged(services: Services, press: Press, wanted: str) -> None:
    """In the log of the workspace where it was pressed; ``wanted`` is the button."""
    entry = audit_entry(services, press.origin(), Act.FORGED, wanted=wanted, id=press.value[:64])
    await services.audit.add(entry)


async def respond(
    services: Services,
    press: Press,
    card: Card,
    *,
    in_thread: bool = False,
    replace_original: bool = False,
) -> None:
    """Answer a press in private; the row is written, so a lost answer loses nothing.

    ``in_thread``: beside the button; Slack shows an answer in a thread only where it is told so.
    """
    if press.response_url is None:  # pressed on Home
        await _tell_directly(services, press, card)
        return
    thread = {"thread_ts": press.thread_ts} if in_thread and press.thread_ts else {}
    try:
        await services.delivery.respond(
            press.response_url, {**card.as_arguments(), **thread}, replace_original=replace_original
        )
    except BotError as error:
        log.info("a press could not be answered", reason=str(error))


async def _tell_directly(services: Services, press: Press, card: Card) -> None:
    try:
        await services.delivery.send_directly(press.origin(), card.as_arguments())
    except BotError as error:
        log.info("a press could not be answered", reason=str(error))
