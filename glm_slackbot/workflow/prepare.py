"""Before anything is bought: who asks, where the image can go, and what it shall show."""

from __future__ import annotations

from dataclasses import replace

import structlog

from glm_slackbot.domain.errors import BotError, SetupError, UpstreamError, UserError
from glm_slackbot.domain.imagine import ImagineDefaults, check_prompt, parse_imagine
from glm_slackbot.domain.job import Job
from glm_slackbot.domain.retry import Trouble
from glm_slackbot.domain.workspace import WorkspaceSettings
from glm_slackbot.workflow.ports import Person
from glm_slackbot.workflow.reader import ask_who_reads
from glm_slackbot.workflow.rules import rules_for
from glm_slackbot.workflow.services import Services
from glm_slackbot.workflow.signals import Postponed

log = structlog.get_logger(__name__)

SLACK_REFUSED = "setup.slack_refused"
"""A code of Slack's that we have no words for."""


async def prepare(services: Services, job: Job) -> Job:
    """Ask Slack what only Slack knows. Raises BotError, or Postponed while Slack is down."""
    try:
        job = await _learn_locale(services, job)
        await _check_who_asks(services, job)
        job = await _find_place(services, job)
        job = await _find_prompt(services, job)
    except UpstreamError as error:
        raise Postponed(Trouble.SLACK, error) from error
    return await _show_status(services, job)


async def _learn_locale(services: Services, job: Job) -> Job:
    locale = (await ask_who_reads(services, job.origin)).locale
    if locale is None or locale == job.locale:
        return job
    return await services.checkpoints.note(job, locale=locale)


async def _check_who_asks(services: Services, job: Job) -> None:
    """Guests and people of other organisations, unless the admins let them. Raises UserError.

    While Slack does not tell who it is, the request waits: nothing is bought for it.
    """
    settings = (await services.workspaces.find(job.origin.workspace_id)).settings
    if _has_bought(job) or (settings.allows_guests and settings.allows_strangers):
        return
    check_person(await services.directory.look_up(job.origin), settings)


def check_person(person: Person, settings: WorkspaceSettings) -> None:
    """Raises UserError for a guest or a stranger whom the admins have not let in."""
    if person.is_stranger and not settings.allows_strangers:
        raise UserError("who.stranger")
    if person.is_guest and not person.is_stranger and not settings.allows_guests:
        raise UserError("who.guest")


async def _find_place(services: Services, job: Job) -> Job:
    if job.post_channel is not None and _has_bought(job):
        return job  # it is posted there, or told
    place = await services.delivery.find_place(job.origin)
    if (job.post_channel, job.post_thread) == (place.channel_id, place.thread_ts):
        return job
    return await services.checkpoints.note(
        job, post_channel=place.channel_id, post_thread=place.thread_ts
    )


async def _find_prompt(services: Services, job: Job) -> Job:
    if not job.needs_prompt:
        return job
    first = await services.directory.thread_first_message(job.origin) or ""
    defaults = (await rules_for(services, job.origin)).defaults
    words = _without_flags(first, defaults).strip()
    if not words:
        raise UserError("talk.ask_for_words")
    request = check_prompt(replace(job.request, prompt=words))
    return await services.checkpoints.note_prompt(job, request.prompt)


def _without_flags(words: str, defaults: ImagineDefaults) -> str:
    """Flags in that message are its author's: what was asked for here holds.

    Prose that only looks like flags stays as it stands.
    """
    try:
        return parse_imagine(words, defaults).prompt
    except UserError:
        return words


def _has_bought(job: Job) -> bool:
    return any(i.submit_intent_at for i in job.images)


def _forbids_posting(error: BotError) -> bool:
    """Somebody must act before the bot can post there; other refusals are of our words."""
    return isinstance(error, SetupError) and error.text_id != SLACK_REFUSED


async def _show_status(services: Services, job: Job) -> Job:
    if not job.origin.kind.has_status_message or job.status_ts is not None:
        return job
    try:
        status_ts = await services.delivery.show_status(job)
    except BotError as error:
        if _forbids_posting(error) and not _has_bought(job):
            raise
        log.warning("no status message", job=job.id, reason=str(error))
        return job
    return await services.checkpoints.note(job, status_ts=status_ts)
