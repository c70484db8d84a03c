"""After a job's end is on its row: tell the asker, tidy the thread, note where the result is."""

from __future__ import annotations

import structlog

from glm_slackbot.domain.errors import BotError
from glm_slackbot.domain.job import Job, JobStatus, OriginKind, Outcome
from glm_slackbot.domain.retry import Trouble, retry_decision
from glm_slackbot.workflow.account_notices import note_account_trouble
from glm_slackbot.workflow.ports import SharePlan
from glm_slackbot.workflow.services import Services

log = structlog.get_logger(__name__)

LATE_AFTER = 60.0
"""Seconds after which a failure goes as a direct message too: a private card is gone by then."""
LOOK_PAUSES = (0.3, 0.7, 1.0, 1.0, 1.0, 2.0, 2.0)
"""Seconds before each look for the message that a shared file is in: Slack is never at once."""


async def close_job(services: Services, job: Job) -> None:
    """Run the closing steps; what Slack refuses is tried again later, then given up."""
    try:
        await note_account_trouble(services, job)
        if job.status is JobStatus.DELIVERED:
            await _close_delivered(services, job)
        elif job.status is JobStatus.CANCELLED:
            await services.delivery.remove_status(job)
        else:
            await _close_failed(services, job)
    except BotError as error:
        log.warning("a closing step failed", job=job.id, reason=str(error))
        now = services.clock.now()
        since = job.busy_since or now
        if again := retry_decision(Trouble.TELLING, waited=now - since):
            await services.checkpoints.close_later(job, now + again.after, busy_since=since)
            return
    await services.checkpoints.closed(job)


async def _close_delivered(services: Services, job: Job) -> None:
    """Buttons come below their image, and the status message stays until the image is seen."""
    trouble = None
    try:
        job = await _note_result(services, job)
    except BotError as error:
        trouble = error  # where the image is can be learned later
    if job.share_plan == SharePlan.TWO_MESSAGES and job.buttons_ts is None:
        delivered = [i for i in job.images if i.outcome is Outcome.DELIVERED]
        buttons_ts = await services.delivery.post_buttons(job, delivered)
        job = await services.checkpoints.note(job, buttons_ts=buttons_ts)
    if job.status_ts is not None:
        await services.delivery.remove_status(job)
    await _note_permalink(services, job)
    if trouble is not None:
        raise trouble


async def _note_result(services: Services, job: Job) -> Job:
    """Learn the message's ts, so that a thread under the image is known to belong to it."""
    file_id = next((i.file_id for i in job.images if i.outcome is Outcome.DELIVERED), None)
    if file_id is None or job.result_ts is not None:
        return job
    for pause in LOOK_PAUSES:
        await services.clock.sleep(pause)
        seen = await services.delivery.look_at_file(job, file_id)
        if seen.message_ts is not None:
            return await services.checkpoints.note(job, result_ts=seen.message_ts)
    return job


async def _note_permalink(services: Services, job: Job) -> None:
    """For the Home tab, which links to the channel where Slack tells no more."""
    message_ts = job.result_ts or job.buttons_ts
    if message_ts is None or job.permalink is not None:
        return
    try:
        link = await services.delivery.permalink(job, message_ts)
    except BotError as error:
        log.info("Slack told no link to a message", job=job.id, reason=str(error))
        return
    await services.checkpoints.note(job, permalink=link)


async def _close_failed(services: Services, job: Job) -> None:
    error = job.error or BotError("error.unexpected", reference=job.id)
    waited = services.clock.now() - job.asked_at
    late = waited > LATE_AFTER or job.status is JobStatus.UNSURE
    if job.status_ts is not None:
        job = await _end_status(services, job)
    await services.delivery.tell_failure(job, error, late=late)


async def _end_status(services: Services, job: Job) -> Job:
    """One neutral line, but nothing in a direct message: there the asker reads the rest anyway."""
    if job.origin.kind is not OriginKind.MESSAGE:
        await services.delivery.end_status(job)
        return job
    await services.delivery.remove_status(job)
    # Try again goes on in the same row, and shows a new one.
    return await services.checkpoints.note(job, status_ts=None)
