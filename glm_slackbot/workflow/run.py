"""One claimed job from its row to its end: prepare, buy, bring up, share, settle, close.

Killed anywhere, the next run goes on from the last checkpoint.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import replace

import structlog

from glm_slackbot.domain.errors import BotError
from glm_slackbot.domain.job import Image, Job, Outcome
from glm_slackbot.domain.retry import Trouble, retry_decision
from glm_slackbot.workflow.buy import buy
from glm_slackbot.workflow.closing import close_job
from glm_slackbot.workflow.deliver import bring_up, share
from glm_slackbot.workflow.prepare import prepare
from glm_slackbot.workflow.services import Services
from glm_slackbot.workflow.settle import end_delivered, end_without_images, settle_rest
from glm_slackbot.workflow.signals import Postponed, Stopping
from glm_slackbot.workflow.submit import one_more

log = structlog.get_logger(__name__)


async def run_job(services: Services, job: Job) -> None:
    """Bring a claimed job to its end, or back to the queue."""
    try:
        ended = await _run(services, job)
    except _NotNow as not_now:
        await _postpone(services, not_now.job, not_now.why)
        return
    except Stopping:
        await services.checkpoints.postpone(job, services.clock.now())
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
        return await end_without_images(services, job, _unexpected(job))
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
    if missing := _missing_after_retry(job):
        return await _make_all(services, await _buy_anew(services, job, missing))
    faults = [result for result in results if isinstance(result, BaseException)]
    return await _after_faults(services, await _fresh(services, job), faults)


async def _after_faults(services: Services, job: Job, faults: Iterable[BaseException]) -> Job:
    """An error in words settles what it kept from being made; any other leaves the job."""
    words = None
    for fault in sorted(faults, key=_gravity):
        if isinstance(fault, Postponed):
            raise _NotNow(job, fault)
        if not isinstance(fault, BotError):
            raise fault
        words = fault
    if words is None:
        return job
    await settle_rest(services, job, [i for i in job.images if i not in _ready(job)], words)
    return await _fresh(services, job)


def _gravity(fault: BaseException) -> int:
    """A fault of ours, or the end of this process, before patience, and that before words."""
    return 2 if isinstance(fault, BotError) else int(isinstance(fault, Postponed))


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


def _missing_after_retry(job: Job) -> int:
    """How many to buy anew: the asker said Try again, and what was polled for it has failed."""
    nothing_came = all(i.outcome in (Outcome.TASK_FAILED, Outcome.UNSURE) for i in job.images)
    submitted_last = job.images[-1].submit_intent_at or 0.0
    if not nothing_came or job.retried_at is None or submitted_last >= job.retried_at:
        return 0
    failed = sum(i.outcome is Outcome.TASK_FAILED for i in job.images)
    may_come = sum(i.outcome is Outcome.UNSURE and i.task_id is not None for i in job.images)
    return min(failed, max(0, job.request.n - may_come))


async def _buy_anew(services: Services, job: Job, missing: int) -> Job:
    try:
        for _ in range(missing):
            image = await services.jobs.add_image(job, await one_more(services, job))
            job = replace(job, images=(*job.images, image))
    except BotError as error:
        log.info("nothing is bought anew", job=job.id, reason=str(error))
        return replace(job, retried_at=None)
    return job


async def _undeliverable(services: Services, job: Job, error: BotError) -> Job:
    await settle_rest(services, job, job.images, error)
    return await end_without_images(services, await _fresh(services, job), error)


def _unexpected(job: Job) -> BotError:
    return BotError("error.unexpected", reference=job.id)


async def _postpone(services: Services, job: Job, why: Postponed) -> None:
    now = services.clock.now()
    since = _trouble_since(job, why.trouble) or now
    decision = retry_decision(why.trouble, waited=now - since, retry_after=why.retry_after)
    if decision is not None:
        log.info("the job waits", job=job.id, trouble=why.trouble.value, seconds=decision.after)
        await services.checkpoints.postpone(
            job, now + decision.after, busy_since=since, busy_with=why.trouble.waits_for
        )
        return
    await close_job(services, await _out_of_patience(services, job, why))


def _trouble_since(job: Job, trouble: Trouble) -> float | None:
    """When this wait began; waiting to deliver is another one than waiting to buy was."""
    return job.busy_since if job.busy_with == trouble.waits_for else None


async def _out_of_patience(services: Services, job: Job, why: Postponed) -> Job:
    """What came is delivered; what did not come ends with the words of the trouble."""
    ready = _ready(job)
    await settle_rest(services, job, [i for i in job.images if i not in ready], why.error)
    job = await _fresh(services, job)
    if _ready(job) and job.share_plan is None:
        try:
            return await _share(services, job)
        except _NotNow as again:
            why = again.why
    if _ready(job):
        return await _undeliverable(services, job, why.error)
    return await end_without_images(services, job, why.error)
