"""The buttons: Cancel, Again, Delete, Try again, Draw this. A button carries an id of ours only."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck

from glm_slackbot.domain.errors import BotError
from glm_slackbot.domain.job import Job, JobStatus, Origin, OriginKind
from glm_slackbot.listeners.answers import in_words, job_of, note_forged, respond
from glm_slackbot.listeners.home_event import show_home
from glm_slackbot.listeners.imagine_command import submitted_card
from glm_slackbot.listeners.payloads import Press, press_of
from glm_slackbot.storage.audit import Act
from glm_slackbot.ui import actions
from glm_slackbot.ui.card import Card
from glm_slackbot.ui.cards import (
    cancelled_card,
    deleted_card,
    error_card,
    gone_card,
    not_now_card,
    not_yours_card,
    too_late_card,
)
from glm_slackbot.workflow.admin import audit_entry, is_admin
from glm_slackbot.workflow.reader import ask_who_reads, reader_locale
from glm_slackbot.workflow.repeat import draw_again, draw_draft, try_again
from glm_slackbot.workflow.services import Services
from glm_slackbot.workflow.submit import Submitted

Answer = Callable[[Services, Press], Awaitable[Card]]


def register(app: AsyncApp, services: Services) -> None:
    """Listen to every button of ours."""
    answers: dict[str, Answer] = {
        actions.AGAIN: again,
        actions.TRY_AGAIN: another_try,
        actions.DRAW_DRAFT: drawn_draft,
    }
    for action_id, answer in answers.items():
        app.action(action_id)(_pressed(services, answer))
    app.action(actions.CANCEL)(_pressed(services, cancel, replace_original=True))
    app.action(actions.DELETE)(_delete_pressed(services))


def _pressed(services: Services, answer: Answer, **options: bool) -> Callable[..., Awaitable[None]]:
    """Write the row, then ack, then answer in private."""

    async def pressed(body: dict[str, Any], ack: AsyncAck) -> None:
        press = press_of(body)
        card = await in_words(services, press.origin(), "", answer(services, press))
        await ack()
        await respond(services, press, card, in_thread=True, **options)
        if press.is_on_home:
            await show_home(services, press.origin())

    return pressed


def _delete_pressed(services: Services) -> Callable[..., Awaitable[None]]:
    """Nothing is written first: whether it may be deleted, Slack must be asked."""

    async def delete_pressed(body: dict[str, Any], ack: AsyncAck) -> None:
        press = press_of(body)
        await ack()
        origin = press.origin()
        found = await in_words(
            services, origin, "", deletable(services, press), within=DELETE_WITHIN
        )
        if isinstance(found, Card):
            await respond(services, press, found, in_thread=True)
            return
        deleting = delete(services, press, *found)
        card = await in_words(services, origin, "", deleting, within=DELETE_WITHIN)
        # Not in the thread: without the result it may be one no longer, and shows nothing then.
        await respond(services, press, card)

    return delete_pressed


DELETE_WITHIN = 60.0
"""Seconds: Slack has had its answer already, and deleting asks it several things."""


async def again(services: Services, press: Press) -> Card:
    """The same request, by whoever presses."""
    job = await job_of(services, press, actions.AGAIN)
    if job is None or not job.request.prompt:
        return gone_card(await _locale(services, press))
    again = draw_again(services, job, _place_of(press, job))
    return await _submitted(again, press, await _locale(services, press, job.request.prompt))


def _place_of(press: Press, job: Job) -> Origin:
    """Where the button is; on Home that is nowhere, and the image goes where the first one is."""
    origin = press.origin()
    if not press.is_on_home:
        return origin
    return replace(
        origin,
        kind=OriginKind.HOME,
        team_id=job.origin.team_id,
        channel_id=job.post_channel or job.origin.channel_id,
        thread_ts=job.post_thread,
    )


async def another_try(services: Services, press: Press) -> Card:
    """Another try, by the one who asked."""
    job = await job_of(services, press, actions.TRY_AGAIN)
    locale = await _locale(services, press, job.request.prompt if job else "")
    if job is None or not (job.request.prompt or job.needs_prompt):
        return gone_card(locale)
    if job.origin.user_id != press.user_id:
        return await _not_yours(services, press, actions.TRY_AGAIN, locale)
    trying = try_again(services, job, response_url=press.response_url)
    return await _submitted(_bound_as_before(job, trying), press, locale)


async def _bound_as_before(earlier: Job, trying: Awaitable[Submitted]) -> Submitted:
    """Where the earlier request was found to go, this one will go."""
    submitted = await trying
    bound_for = submitted.job.post_channel or earlier.post_channel
    return replace(submitted, job=replace(submitted.job, post_channel=bound_for))


async def drawn_draft(services: Services, press: Press) -> Card:
    """A kept message becomes a request."""
    draft = await services.jobs.draft(press.value)
    if draft is None:
        return gone_card(await _locale(services, press))
    locale = await _locale(services, press, draft.text)
    if not press.is_where(draft.origin):
        await note_forged(services, press, actions.DRAW_DRAFT)
        return gone_card(locale)
    if draft.origin.user_id != press.user_id or not draft.drawable:
        return await _not_yours(services, press, actions.DRAW_DRAFT, locale)
    if not draft.text:
        return gone_card(locale)
    drawn = draw_draft(services, draft, user_id=press.user_id, response_url=press.response_url)
    return await _submitted(drawn, press, locale)


async def _submitted(submitting: Awaitable[Submitted], press: Press, locale: str) -> Card:
    """What became of it, also an error, in the language of whoever pressed."""
    try:
        return submitted_card(await submitting, press.place, locale)
    except BotError as error:
        return error_card(error, locale)


async def cancel(services: Services, press: Press) -> Card:
    """Take a waiting request back; its card says so from then on."""
    job = await job_of(services, press, actions.CANCEL)
    locale = await _locale(services, press, job.request.prompt if job else "")
    if job is None:
        return gone_card(locale)
    if job.origin.user_id != press.user_id:
        return await _not_yours(services, press, actions.CANCEL, locale)
    if job.status is not JobStatus.CANCELLED:  # else a copy of an earlier press
        cancelled = await services.jobs.cancel(job.id)
        if cancelled is None:
            return await _too_late(services, job, locale)
        job = cancelled
    return cancelled_card(job, locale)


async def _too_late(services: Services, job: Job, locale: str) -> Card:
    """What is sent to a provider that may be busy may wait again: then Cancel is still there."""
    now = await services.jobs.job(job.id) or job
    unfinished = now.status in (JobStatus.QUEUED, JobStatus.RUNNING)
    if unfinished and not any(image.task_id for image in now.images):
        return not_now_card(now, locale)
    return too_late_card(now, locale)


async def deletable(services: Services, press: Press) -> tuple[Job, str] | Card:
    """The job to delete and the reader's language: who asked for it may, and an admin."""
    job = await job_of(services, press, actions.DELETE)
    person = await ask_who_reads(services, press.origin())
    locale = await _locale(services, press, job.request.prompt if job else "")
    if job is None:
        return gone_card(locale)
    if job.origin.user_id != press.user_id and not is_admin(services, press.origin(), person):
        details = {"job": job.id, "asker": job.origin.user_id}
        entry = audit_entry(services, press.origin(), Act.DELETE_REFUSED, **details)
        await services.audit.add(entry)
        return not_yours_card(locale)
    return job, locale


async def delete(services: Services, press: Press, job: Job, locale: str) -> Card:
    """Delete a result. Raises BotError, perhaps half-way."""
    await services.delivery.delete_result(job, press.channel_id, press.message_ts)
    if job.origin.user_id != press.user_id:
        entry = audit_entry(
            services, press.origin(), Act.RESULT_DELETED, job=job.id, asker=job.origin.user_id
        )
        await services.audit.add(entry)
    return deleted_card(job, locale)


async def _not_yours(services: Services, press: Press, wanted: str, locale: str) -> Card:
    """What only the asker may press, or an admin: the attempt is written down."""
    await note_forged(services, press, wanted)
    return not_yours_card(locale)


async def _locale(services: Services, press: Press, words: str = "") -> str:
    return await reader_locale(services, press.origin(), words)
