"""How a job ends: from what became of its images."""

from __future__ import annotations

from collections.abc import Iterable

from glm_slackbot.domain.errors import BotError
from glm_slackbot.domain.job import Image, Job, JobStatus, Outcome
from glm_slackbot.workflow.services import Services

_WORST_FIRST = (
    Outcome.UNSURE,
    Outcome.LOST,
    Outcome.WITHHELD,
    Outcome.TASK_FAILED,
    Outcome.REFUSED,
    Outcome.NOT_BOUGHT,
)


async def end_without_images(services: Services, job: Job, error: BotError) -> Job:
    """End a job that has no image to show; ``error`` is told where no image's row tells why."""
    settled = [i for i in job.images if i.outcome in _WORST_FIRST and i.error is not None]
    status = JobStatus.FAILED
    if settled := [i for i in settled if not _is_replaced(job, i)] or settled:
        worst = min(settled, key=lambda i: _WORST_FIRST.index(i.outcome))
        error, status = worst.error or error, _status(worst.outcome)
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


async def settle_rest(
    services: Services, job: Job, images: Iterable[Image], error: BotError
) -> None:
    """Settle, with one error, those of the images that have not come to an end of their own.

    What was never submitted is given back; what may have been bought is unsure; what was bought
    and is not in Slack is lost, and a Try again delivers it.
    """
    for image in images:
        outcome = _outcome_of_rest(image)
        if outcome is not None:
            await services.checkpoints.settle_image(job, image, outcome, error=error)


def _outcome_of_rest(image: Image) -> Outcome | None:
    if image.outcome is Outcome.BOUGHT:
        return Outcome.LOST
    if image.outcome is not Outcome.PENDING:
        return None
    return Outcome.NOT_BOUGHT if image.submit_intent_at is None else Outcome.UNSURE


def _is_replaced(job: Job, image: Image) -> bool:
    """Whether Try again has made a new row for this purchase: what came of that one is told."""
    unknown = image.outcome is Outcome.UNSURE and image.task_id is None
    for_good = unknown or image.outcome is Outcome.TASK_FAILED
    return for_good and (image.submit_intent_at or 0.0) < (job.retried_at or 0.0)


def _status(outcome: Outcome) -> JobStatus:
    if outcome is Outcome.UNSURE:
        return JobStatus.UNSURE
    return JobStatus.REFUSED if outcome is Outcome.REFUSED else JobStatus.FAILED
