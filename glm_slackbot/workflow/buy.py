"""Buying one image: the intent is on the row before the paid call, the task right after it.

Money rule: a purchase is sent again only when the answer proves that nothing was made.
"""

from __future__ import annotations

from dataclasses import replace

import structlog

from glm_slackbot.domain.errors import BotError, QuotaError, RefusedError, UnsureError
from glm_slackbot.domain.image_models import model_named
from glm_slackbot.domain.job import Image, Job, Outcome
from glm_slackbot.domain.retry import poll_pause
from glm_slackbot.glm.answers import GeneratedImage, Processing
from glm_slackbot.glm.client import ApiKey, ImageOrder
from glm_slackbot.glm.errors import GLMError, Kind
from glm_slackbot.workflow.api_keys import api_key_id
from glm_slackbot.workflow.failures import (
    provider_words,
    purchase_outcome,
    trouble_of,
    unsure_words,
)
from glm_slackbot.workflow.over_budget import was_allowed
from glm_slackbot.workflow.services import Services
from glm_slackbot.workflow.signals import Postponed, Stopping
from glm_slackbot.workflow.submit import wish_of

log = structlog.get_logger(__name__)

GENERATION_DEADLINE = 300.0
"""Seconds; 71 s were seen on launch day."""
ROOM_PAUSE = 0.2
"""Seconds between looks for room at an API key that is full."""
WITHHELD_LEVELS = (0, 1)


async def buy(services: Services, job: Job, image: Image) -> Image:
    """Bring a pending image to BOUGHT, or settle why not. Raises Postponed, Stopping, BotError."""
    if image.purchase_is_unknown:
        return await settle_error(
            services, job, image, Outcome.UNSURE, UnsureError("unsure.process_died")
        )
    if image.task_id is not None:
        return await _wait(services, job, image, await services.api_keys.need(job.origin))
    image, api_key = await _enter(services, job, image)
    client = services.glm(api_key)
    try:
        if not model_named(job.request.model).is_async:
            generated = await client.generate(_order(services, job, image))
            return await _take(services, job, image, generated)
        task_id = await client.submit(_order(services, job, image))
    except GLMError as error:
        return await _not_bought(services, job, image, api_key, error)
    image = await services.checkpoints.note_image(job, image, task_id=task_id)
    return await _wait(services, job, image, api_key)


def _order(services: Services, job: Job, image: Image) -> ImageOrder:
    request = job.request
    return ImageOrder(
        model=request.model,
        prompt=request.prompt_as_sent,
        size=request.size,
        quality=request.quality,
        watermark=request.watermark,
        user_id=services.provider_user_id(job.origin),
        request_id=f"{job.id}-{image.position}",
    )


async def _at_its_price(services: Services, job: Job, image: Image, api_key: ApiKey) -> Image:
    """It was reserved at the price of its day; an admin may have changed the provider since."""
    if image.currency == api_key.provider.currency:
        return image
    wish = wish_of(services, job, api_key, n=1)
    wish = replace(wish, is_allowed_past_budget=was_allowed(job))
    try:
        return await services.checkpoints.reprice(job, image, wish)
    except QuotaError as error:
        error.params["job"] = job.id  # the admins may be asked about it
        raise


async def _enter(services: Services, job: Job, image: Image) -> tuple[Image, ApiKey]:
    """Commit the intent as soon as the API key has room for one more image.

    Admins may set another one, or remove it, while this one waits. Raises BotError.
    """
    while not services.worker_state.stopping:
        api_key = await services.api_keys.need(job.origin)
        image = await _at_its_price(services, job, image, api_key)
        key_id, now = api_key_id(api_key), services.clock.now()
        entered = await services.checkpoints.begin_purchase(
            job,
            image,
            api_key_id=key_id,
            concurrency=services.pace.concurrency(key_id, now),
            now=now,
        )
        if entered is not None:
            return entered, api_key
        await services.clock.sleep(ROOM_PAUSE)
    raise Stopping


async def _not_bought(
    services: Services, job: Job, image: Image, api_key: ApiKey, error: GLMError
) -> Image:
    services.metrics.provider_error(error.kind.value)
    log.warning(
        "the provider gave no image",
        job=job.id,
        kind=error.kind.value,
        code=error.code,
        status=error.status,
        provider_request=error.request_id,
    )
    words = provider_words(error, api_key)
    if not error.safe_to_send_again:
        return await settle_error(services, job, image, purchase_outcome(error), words)
    await services.checkpoints.note_image(job, image, submit_intent_at=None)
    if error.kind is not Kind.UNREACHABLE:
        services.pace.busy(api_key_id(api_key), services.clock.now())
    raise Postponed(trouble_of(error), words, retry_after=error.retry_after)


async def _wait(services: Services, job: Job, image: Image, api_key: ApiKey) -> Image:
    """Poll a task to its end. A poll costs nothing and may be repeated freely."""
    assert image.task_id is not None
    client = services.glm(api_key)
    started = max(image.submit_intent_at or 0.0, job.retried_at or 0.0)
    while True:
        try:
            answer = await client.result(image.task_id)
        except GLMError as error:
            if not error.passing:
                return await _poll_refused(services, job, image, api_key, error)
            answer = Processing()
        if isinstance(answer, GeneratedImage):
            return await _take(services, job, image, answer)
        elapsed = services.clock.now() - started
        if elapsed > GENERATION_DEADLINE:
            return await settle_error(
                services, job, image, Outcome.UNSURE, UnsureError("unsure.deadline")
            )
        await services.clock.sleep(poll_pause(elapsed))


async def _poll_refused(
    services: Services, job: Job, image: Image, api_key: ApiKey, error: GLMError
) -> Image:
    services.metrics.provider_error(error.kind.value)
    if error.kind in (Kind.TASK_FAILED, Kind.POLICY):
        words = provider_words(error, api_key)
        return await settle_error(services, job, image, Outcome.TASK_FAILED, words)
    return await settle_error(services, job, image, Outcome.UNSURE, unsure_words(error))


async def _take(services: Services, job: Job, image: Image, generated: GeneratedImage) -> Image:
    level = generated.content_filter_level
    log.info("the provider made an image", job=job.id, filter_level=level)
    if level in WITHHELD_LEVELS:
        words = RefusedError("glm.withheld", level=level)
        return await settle_error(services, job, image, Outcome.WITHHELD, words, filter_level=level)
    return await services.checkpoints.settle_image(
        job, image, Outcome.BOUGHT, image_url=generated.url, filter_level=level
    )


async def settle_error(
    services: Services, job: Job, image: Image, outcome: Outcome, error: BotError, **values: object
) -> Image:
    """Commit that an image ended without one to show, and why."""
    services.metrics.image(job.request.model, outcome.value)
    return await services.checkpoints.settle_image(job, image, outcome, error=error, **values)
