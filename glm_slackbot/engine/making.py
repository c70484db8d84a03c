"""One order through the GLM client: bought by the money rule, waited for, fetched.

async with open_http() as http:
    made = await make_image(http, api_key, order, folder=folder)

Money rule: a purchase is sent again only when the answer proves that nothing was made.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import httpx

from glm_slackbot.domain.errors import RefusedError, UnsureError, UserError
from glm_slackbot.domain.image_models import MODELS, model_named
from glm_slackbot.domain.retry import poll_pause
from glm_slackbot.engine.not_made import (
    CONTENT_FILTER,
    NotMade,
    Reason,
    Task,
    download_failed,
    task_failed,
    unsure,
    words_of,
    wrong_use,
)
from glm_slackbot.engine.progress import NoProgress, Progress
from glm_slackbot.engine.purchase import Endpoint, Purchase
from glm_slackbot.engine.stopwatch import Stopwatch
from glm_slackbot.glm.answers import GeneratedImage, Processing
from glm_slackbot.glm.client import ApiKey, GLMImageClient, ImageOrder
from glm_slackbot.glm.download import fetch_image
from glm_slackbot.glm.download_errors import DownloadError
from glm_slackbot.glm.errors import GLMError, Kind
from glm_slackbot.glm.spool import SpooledImage
from glm_slackbot.workflow.clock import Clock, SystemClock
from glm_slackbot.workflow.failures import unsure_words

TIMEOUT_S: Final = 300.0
LAST_LOOK_S: Final = 0.2

__all__ = ["TIMEOUT_S", "Begun", "Endpoint", "MadeImage", "check_endpoint", "make_image"]


@dataclass(frozen=True, slots=True)
class Begun:
    """How far an earlier process came with the same order; it is not bought again."""

    task_id: str | None = None
    generated: GeneratedImage | None = None


@dataclass(frozen=True, slots=True)
class MadeImage:
    """An image that may be shown. ``file`` is None where its bytes were not asked for."""

    generated: GeneratedImage
    file: SpooledImage | None


def check_endpoint(model_name: str, endpoint: Endpoint | None) -> None:
    """Raises NotMade (INVALID_ARGUMENT) where the model cannot be bought that way."""
    if endpoint is Endpoint.ASYNC and not model_named(model_name).is_async:
        able = next(name for name, model in MODELS.items() if model.is_async)
        raise wrong_use(UserError("engine.async_not_there", model=model_name, able=able))


async def make_image(
    http: httpx.AsyncClient,
    api_key: ApiKey,
    order: ImageOrder,
    *,
    folder: Path | None,
    endpoint: Endpoint | None = None,
    timeout_s: float = TIMEOUT_S,
    progress: Progress | None = None,
    begun: Begun | None = None,
    clock: Clock | None = None,
) -> MadeImage:
    """Buy one image and fetch it into a new file in ``folder``, or only its link without one.

    Without ``endpoint`` the model decides. ``timeout_s`` is for all of it. Raises NotMade.
    """
    check_endpoint(order.model, endpoint)
    way = endpoint or (Endpoint.ASYNC if model_named(order.model).is_async else Endpoint.SYNC)
    watch = Stopwatch(clock or SystemClock(), timeout_s)
    making = _Making(http, api_key, order, way, progress or NoProgress(), watch)
    generated = await making.generate(begun or Begun())
    _check_filter(generated)
    file = None if folder is None else await making.fetch(generated.url, folder)
    return MadeImage(generated, file)


def _check_filter(generated: GeneratedImage) -> None:
    """Level 0 and 1 are withheld, here as in Slack."""
    if not generated.withheld:
        return
    level = generated.content_filter_level
    raise NotMade(
        Reason.POLICY,
        CONTENT_FILTER,
        words_of(RefusedError("glm.withheld", level=level)),
        request_id=generated.request_id,
        level=level,
        may_have_billed=True,
    )


@dataclass(frozen=True, slots=True)
class _Making:
    """One order on its way."""

    http: httpx.AsyncClient
    api_key: ApiKey
    order: ImageOrder
    way: Endpoint
    progress: Progress
    watch: Stopwatch

    @property
    def client(self) -> GLMImageClient:
        return GLMImageClient(self.http, self.api_key)

    async def generate(self, begun: Begun) -> GeneratedImage:
        """From where it stands to an image that the provider has made."""
        bought = begun.generated or begun.task_id or await self._buy()
        if isinstance(bought, GeneratedImage):
            return bought
        generated = await self._wait(bought)
        self.progress.generated(generated)
        return generated

    async def fetch(self, url: str, folder: Path) -> SpooledImage:
        """Its bytes in a new file; raises NotMade, and nothing is lost but the file."""
        try:
            async with asyncio.timeout(max(0.0, self.watch.left_s)):
                return await fetch_image(
                    self.http,
                    url,
                    folder,
                    sleep=self.watch.clock.sleep,
                    on_bytes=self.progress.downloading,
                )
        except (DownloadError, OSError) as fault:
            raise download_failed(fault, url) from fault

    async def _buy(self) -> GeneratedImage | str:
        purchase = Purchase(
            self.client, self.api_key, self.order, self.way, self.progress, self.watch
        )
        return await purchase.buy()

    async def _wait(self, task_id: str) -> GeneratedImage:
        """Poll a task to its end. A poll costs nothing and may be repeated freely."""
        ordered = self.watch.clock.now()
        while True:
            answer = await self._look(task_id)
            if isinstance(answer, GeneratedImage):
                return answer
            elapsed = self.watch.clock.now() - ordered
            self.progress.generating(elapsed)
            # The last look comes when there is just the time for its answer.
            pause = min(poll_pause(elapsed), self.watch.left_s - LAST_LOOK_S)
            if pause <= 0:
                raise unsure(UnsureError("unsure.deadline"), task=self._task(task_id))
            await self.watch.clock.sleep(pause)

    async def _look(self, task_id: str) -> GeneratedImage | Processing:
        try:
            async with asyncio.timeout(max(0.0, self.watch.left_s)):
                return await self.client.result(task_id)
        except TimeoutError:
            return Processing()
        except GLMError as error:
            if error.passing:
                return Processing()
            if error.kind in (Kind.TASK_FAILED, Kind.POLICY):
                raise task_failed(error, self.api_key) from error
            raise unsure(unsure_words(error), task=self._task(task_id)) from error

    def _task(self, task_id: str) -> Task:
        return Task(self.api_key.provider.host, task_id)
