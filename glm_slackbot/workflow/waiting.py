"""One note when the wait grows long."""

from __future__ import annotations

import structlog

from glm_slackbot.domain.errors import BotError
from glm_slackbot.domain.job import Job, JobStatus
from glm_slackbot.domain.retry import PROVIDER
from glm_slackbot.workflow.ports import Waiting
from glm_slackbot.workflow.services import Services

log = structlog.get_logger(__name__)

LONG_WAIT = 120.0
"""Seconds in the queue after which the asker hears that it still waits."""


async def tell_who_waits(services: Services) -> None:
    """Send the note to everyone who has waited long and has not had it."""
    counts = await services.jobs.counts()
    for status in (JobStatus.QUEUED, JobStatus.RUNNING):
        services.metrics.queue(status, counts.get(status, 0))
    now = services.clock.now()
    for job in await services.jobs.waiting_long(now - LONG_WAIT):
        if await services.jobs.take_wait_note(job, now):
            await _tell(services, job)


async def _tell(services: Services, job: Job) -> None:
    why = Waiting.PROVIDER_BUSY if job.busy_with == PROVIDER else Waiting.QUEUE
    try:
        await services.delivery.tell_waiting(job, why, await services.jobs.ahead_of(job))
    except BotError as error:
        log.info("the note about the wait was not sent", job=job.id, reason=str(error))
