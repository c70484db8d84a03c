"""After a job's end is on its row: tell the asker, tidy the thread, note where the result is."""

from __future__ import annotations

import structlog

from glm_slackbot.domain.errors import BotError
from glm_slackbot.domain.job import Job, JobStatus, Outcome
from glm_slackbot.workflow.deliver import LOOK_PAUSE, LOOKS
from glm_slackbot.workflow.ports import SharePlan
from glm_slackbot.workflow.services import Services

log = structlog.get_logger(__name__)

LATE_AFTER = 60.0
"""Seconds after which a failure goes as a direct message too: a private card is gone by then."""
CLOSING_TRIES = 12


async def close_job(services: Services, job: Job) -> None:
    """Run the closing steps; what Slack refuses is tried again later, then given up."""
    try:
        if job.status is JobStatus.DELIVERED:
            await _close_delivered(services, job)
        elif job.status is not JobStatus.CANCELLED:
            await _close_failed(services, job)
    except BotError as error:
        log.warning("the asker could not be told", job=job.id, reason=str(error))
        if job.attempt < CLOSING_TRIES:
            pause = min(600.0, 2.0**job.attempt)
            await services.checkpoints.close_later(job, services.clock.now() + pause)
            return
    await services.checkpoints.closed(job)


async def _close_delivered(services: Services, job: Job) -> None:
    delivered = [i for i in job.images if i.outcome is Outcome.DELIVERED]
    if job.share_plan == SharePlan.TWO_MESSAGES and job.buttons_ts is None:
        job = await services.checkpoints.note(
            job, buttons_ts=await services.delivery.post_buttons(job, delivered)
        )
    job = await _note_result(services, job)
    if job.status_ts is not None:
        await services.delivery.remove_status(job)


async def _note_result(services: Services, job: Job) -> Job:
    """Learn the message's ts, so that a thread under the image is known to belong to it."""
    file_id = next((i.file_id for i in job.images if i.outcome is Outcome.DELIVERED), None)
    if file_id is None or job.result_ts is not None:
        return job
    for _ in range(LOOKS):
        seen = await services.delivery.look_at_file(job, file_id)
        if seen.message_ts is not None:
            return await services.checkpoints.note(job, result_ts=seen.message_ts)
        await services.clock.sleep(LOOK_PAUSE)
    return job


async def _close_failed(services: Services, job: Job) -> None:
    error = job.error or BotError("error.unexpected", reference=job.id)
    late = services.clock.now() - job.asked_at > LATE_AFTER
    if job.status_ts is not None:
        await services.delivery.end_status(job)
    await services.delivery.tell_failure(job, error, late=late)
