"""One claimed job from its row to its end: prepare, buy, bring up, share, settle, close.

Killed anywhere, the next run goes on from the last checkpoint.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace

import structlog

from glm_slackbot.domain.errors import BotError, QuotaError
from glm_slackbot.domain.job import Image, Job, Outcome
from glm_slackbot.domain.retry import retry_decision
from glm_slackbot.workflow.buy import buy
from glm_slackbot.workflow.closing import close_job
from glm_slackbot.workflow.deliver import bring_up, share
from glm_slackbot.workflow.prepare import prepare
from glm_slackbot.workflow.services import Services
from glm_slackbot.workflow.settle import end_delivered, end_without_images
from glm_slackbot.workflow.signals import Postponed
from glm_slackbot.workflow.submit import reservation

log = structlog.get_logger(__name__)


async def run_job(services: Services, job: Job) -> None:
    """Bring a claimed job to its end, or back to the queue."""
    try:
        ended = await _run(services, job)
    except _NotNow as not_now:
        await _postpone(services, not_now.job, not_now.why)
        return
    services.bell.set()
    await close_job(services, ended)


class _NotNow(Exception):
    """A postponement, with the job as it stands by then."""

    def __init__(self, job: Job, why: Postponed) -> None:
        super().__init__(why.trouble)
        self.job = job
        self.why = why


async def _run(services: Services, job: Job) -> Job:
    try:
        job = await prepare(services, job)
    except Postponed as why:
        raise _NotNow(job, why) from why
    except BotError as error:
        return await end_without_images(services, job, error)
    job = await _make_all(services, job)
    if not _ready(job):
        return await end_without_images(services, job)
    return await _share(services, job)


async def _share(services: Services, job: Job) -> Job:
    try:
        job = await share(services, job, _ready(job))
    except Postponed as why:
        raise _NotNow(job, why) from why
    except BotError as error:
        return await _undeliverable(services, job, error)
    return await end_delivered(services, job)


def _ready(job: Job) -> tuple[Image, ...]:
    return tuple(i for i in job.images if i.outcome is Outcome.BOUGHT and i.file_id)


async def _make_all(services: Services, job: Job) -> Job:
    """Bring every image as far as it comes; others go on when one must wait."""
    results = await asyncio.gather(
        *(_make(services, job, image) for image in job.images), return_exceptions=True
    )
    job = replace(
        job,
        images=tuple(
            result if isinstance(result, Image) else image
            for image, result in zip(job.images, results, strict=True)
        ),
    )
    if _was_retried_in_vain(job):
        return await _make_all(services, await _buy_anew(services, job))
    for result in results:
        if isinstance(result, Postponed):
            raise _NotNow(await _fresh(services, job), result)
    for result in results:
        if isinstance(result, BaseException):
            await _unmade(services, job, result)
    return await _fresh(services, job)


async def _unmade(services: Services, job: Job, fault: BaseException) -> None:
    """An error in words ends those images that were never bought; anything else is a fault."""
    if not isinstance(fault, BotError):
        raise fault
    for image in job.images:
        if image.outcome is Outcome.PENDING and image.submit_intent_at is None:
            await services.checkpoints.settle_image(job, image, Outcome.NOT_BOUGHT, error=fault)


async def _fresh(services: Services, job: Job) -> Job:
    """The images as their rows are: a neighbour's fault may have left ours stale."""
    stored = await services.jobs.job(job.id)
    return job if stored is None else replace(job, images=stored.images)


async def _make(services: Services, job: Job, image: Image) -> Image:
    if image.outcome is Outcome.PENDING:
        image = await buy(services, job, image)
        services.bell.set()  # its place at the API key is free again
    if image.outcome is Outcome.BOUGHT and image.file_id is None:
        image = await bring_up(services, job, image)
    return image


def _was_retried_in_vain(job: Job) -> bool:
    """The asker said Try again, and the task polled for it turned out to have failed."""
    return (
        job.retried_at is not None
        and all(i.outcome in (Outcome.TASK_FAILED, Outcome.UNSURE) for i in job.images)
        and any(i.outcome is Outcome.TASK_FAILED for i in job.images)
        and (job.images[-1].submit_intent_at or 0.0) < job.retried_at
    )


async def _buy_anew(services: Services, job: Job) -> Job:
    try:
        image = await services.jobs.add_image(job, await reservation(services, job))
    except QuotaError as error:
        log.info("no quota left to buy anew", job=job.id, reason=str(error))
        return replace(job, retried_at=None)
    return replace(job, images=(*job.images, image))


async def _undeliverable(services: Services, job: Job, error: BotError) -> Job:
    for image in _ready(job):
        await services.checkpoints.settle_image(job, image, Outcome.LOST, error=error)
    return await end_without_images(services, await _fresh(services, job), error)


async def _postpone(services: Services, job: Job, why: Postponed) -> None:
    now = services.clock.now()
    since = job.busy_since or now
    decision = retry_decision(
        why.trouble, times=job.attempt - 1, waited=now - since, retry_after=why.retry_after
    )
    if decision is not None:
        log.info("the job waits", job=job.id, trouble=why.trouble.value, seconds=decision.after)
        await services.checkpoints.postpone(job, now + decision.after, busy_since=since)
        return
    await close_job(services, await _out_of_patience(services, job, why))


async def _out_of_patience(services: Services, job: Job, why: Postponed) -> Job:
    """What came is delivered; what did not come ends with the words of the trouble."""
    for image in job.images:
        if image.outcome is Outcome.PENDING and image.submit_intent_at is None:
            await services.checkpoints.settle_image(job, image, Outcome.NOT_BOUGHT, error=why.error)
        elif image.outcome is Outcome.BOUGHT and image.file_id is None:
            await services.checkpoints.settle_image(job, image, Outcome.LOST, error=why.error)
    job = await _fresh(services, job)
    if _ready(job) and job.share_plan is None:
        try:
            return await _share(services, job)
        except _NotNow as again:
            why = again.why
    if _ready(job):
        return await _undeliverable(services, job, why.error)
    return await end_without_images(services, job, why.error)
