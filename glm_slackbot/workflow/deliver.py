"""From a bought image to one message in Slack, exactly once.

The file id is the idempotency key: it is on the row before the share, and a file is shared once.
"""

from __future__ import annotations

from collections.abc import Sequence

import structlog

from glm_slackbot.domain.errors import BotError, UpstreamError
from glm_slackbot.domain.job import Image, Job, Outcome
from glm_slackbot.domain.retry import Trouble
from glm_slackbot.glm.download import fetch_image
from glm_slackbot.glm.download_errors import DownloadError, DownloadKind
from glm_slackbot.workflow.buy import settle_error
from glm_slackbot.workflow.failures import download_words
from glm_slackbot.workflow.ports import BlocksRefused, FileGone, FileState, SharePlan
from glm_slackbot.workflow.services import Services
from glm_slackbot.workflow.signals import Postponed

log = structlog.get_logger(__name__)

LOOKS = 30
LOOK_PAUSE = 1.0
"""Slack completes files by and by: how often, and at what pauses in seconds, we look again
before we believe that a file which cannot be completed was never shared."""


async def bring_up(services: Services, job: Job, image: Image) -> Image:
    """Fetch a bought image and put its bytes up. Raises Postponed."""
    assert image.image_url is not None
    try:
        spooled = await fetch_image(
            services.http, image.image_url, services.spool, sleep=services.clock.sleep
        )
    except DownloadError as error:
        words = download_words(error)
        if error.kind is DownloadKind.UNREACHABLE:
            raise Postponed(Trouble.DELIVERY, words) from error
        log.warning("an image that was bought is lost", job=job.id, reason=str(error))
        kept = image.image_url if _may_be_there_later(job, error) else None
        # Without a link nothing is left to deliver: Try again is a new request then.
        return await settle_error(services, job, image, Outcome.LOST, words, image_url=kept)
    except OSError as error:
        log.error("no room for an image on this disk", job=job.id, reason=str(error))
        raise Postponed(Trouble.DELIVERY, UpstreamError("glm.image_no_room")) from error
    try:
        file_id = await services.delivery.upload(job, image, spooled)
    except UpstreamError as error:
        raise Postponed(Trouble.DELIVERY, error) from error
    except BotError as error:
        return await settle_error(services, job, image, Outcome.LOST, error)
    finally:
        spooled.remove()
    return await services.checkpoints.note_image(job, image, file_id=file_id)


def _may_be_there_later(job: Job, error: DownloadError) -> bool:
    """A link that leads nowhere is tried once more at the first Try again, before a purchase."""
    nowhere = (DownloadKind.GONE, DownloadKind.NOT_IMAGE)
    return error.kind in nowhere and job.retried_at is None


async def share(services: Services, job: Job, images: Sequence[Image]) -> Job:
    """Put the files into the place, unless an earlier attempt has. Raises Postponed, BotError."""
    try:
        if job.share_plan is not None and await _stands_in_a_message(services, job, images[0]):
            return job
        return await _share(services, job, images)
    except UpstreamError as error:
        raise Postponed(Trouble.DELIVERY, error) from error


async def _share(services: Services, job: Job, images: Sequence[Image]) -> Job:
    plan = SharePlan(job.share_plan or SharePlan.ONE_MESSAGE)
    if job.share_plan is None:
        # On the row before the share: from here on, a restart looks before it shares.
        job = await services.checkpoints.note(job, share_plan=plan.value)
    try:
        await services.delivery.share(job, images, plan)
    except BlocksRefused:
        log.warning("Slack refused the blocks under the files; two messages then", job=job.id)
        job = await services.checkpoints.note(job, share_plan=SharePlan.TWO_MESSAGES.value)
        return await _share(services, job, images)
    except FileGone:
        await _shared_before_or_anew(services, job, images)
    return job


async def _shared_before_or_anew(services: Services, job: Job, images: Sequence[Image]) -> None:
    """A file that is not there to complete was shared before, or is put up anew."""
    if await _is_completed(services, job, images[0]):
        return
    for image in images:
        await services.checkpoints.note_image(job, image, file_id=None)
    await services.checkpoints.note(job, share_plan=None)
    raise Postponed(Trouble.DELIVERY, UpstreamError("slack.delivery_failed"))


async def _stands_in_a_message(services: Services, job: Job, image: Image) -> bool:
    """Whether an earlier attempt has shared the file; one deleted since was shared, too.

    A file that Slack only knows may have been put up and never completed: completing it tells.
    """
    assert image.file_id is not None
    seen = await services.delivery.look_at_file(job, image.file_id)
    return seen.state in (FileState.SHARED, FileState.DELETED)


async def _is_completed(services: Services, job: Job, image: Image) -> bool:
    """Whether Slack knows the file that it would not complete: then it has completed it before."""
    assert image.file_id is not None
    for look in range(LOOKS):
        if look:
            await services.clock.sleep(LOOK_PAUSE)
        seen = await services.delivery.look_at_file(job, image.file_id)
        if seen.state is not FileState.UNKNOWN:
            return True
    return False
