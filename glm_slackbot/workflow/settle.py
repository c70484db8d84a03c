"""How a job ends: from what became of its images."""

from __future__ import annotations

from glm_slackbot.domain.errors import BotError, RefusedError, UnsureError
from glm_slackbot.domain.job import Job, JobStatus, Outcome
from glm_slackbot.workflow.services import Services

_WORST_FIRST = (
    Outcome.UNSURE,
    Outcome.LOST,
    Outcome.WITHHELD,
    Outcome.TASK_FAILED,
    Outcome.REFUSED,
    Outcome.NOT_BOUGHT,
)


async def end_without_images(services: Services, job: Job, error: BotError | None = None) -> Job:
    """End a job that has no image to show; ``error`` where no image's row tells why."""
    settled = [i for i in job.images if i.outcome in _WORST_FIRST and i.error is not None]
    if settled:
        worst = min(settled, key=lambda i: _WORST_FIRST.index(i.outcome))
        error, status = worst.error, _status(worst.outcome)
    else:
        error = error or BotError("error.unexpected", reference=job.id)
        status = _status_of_error(error)
    services.metrics.ended(status.value, services.clock.now() - job.created_at)
    return await services.checkpoints.end(job, status, error=error)


async def end_delivered(services: Services, job: Job) -> Job:
    """End a job whose files are in Slack."""
    now = services.clock.now()
    services.metrics.ended(JobStatus.DELIVERED.value, now - job.created_at)
    ended = await services.checkpoints.end(job, JobStatus.DELIVERED, delivered_at=now)
    for image in ended.images:
        if image.outcome is Outcome.DELIVERED:
            services.metrics.image(job.request.model, Outcome.DELIVERED.value)
    return ended


def _status(outcome: Outcome) -> JobStatus:
    if outcome is Outcome.UNSURE:
        return JobStatus.UNSURE
    return JobStatus.REFUSED if outcome is Outcome.REFUSED else JobStatus.FAILED


def _status_of_error(error: BotError) -> JobStatus:
    if isinstance(error, UnsureError):
        return JobStatus.UNSURE
    return JobStatus.REFUSED if isinstance(error, RefusedError) else JobStatus.FAILED
