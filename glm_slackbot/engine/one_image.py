"""One image from a wish to a file with a name, its end told as an outcome."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final, ParamSpec, TypeVar

import httpx

from glm_slackbot.domain.imagine import ImageRequest
from glm_slackbot.engine import outcome
from glm_slackbot.engine.making import Begun, MadeImage, make_image
from glm_slackbot.engine.not_made import NotMade, download_failed
from glm_slackbot.engine.outcome import ImageOutcome
from glm_slackbot.engine.progress import Progress
from glm_slackbot.engine.purchase import LAST_WORD_S
from glm_slackbot.engine.saving import Place, keep, words_of_path
from glm_slackbot.engine.wish import Terms
from glm_slackbot.glm.client import ApiKey, ImageOrder
from glm_slackbot.glm.spool import SpooledImage

P = ParamSpec("P")
R = TypeVar("R")

_TRIES: Final = 100
"""So many others may take a name that was free."""


@dataclass(frozen=True, slots=True)
class Maker:
    """All that is the same for the images of a run; without a place nothing is fetched."""

    http: httpx.AsyncClient
    api_key: ApiKey
    terms: Terms
    timeout_s: float
    user_id: str | None
    place: Place | None
    spool: Path | None
    """Where bytes arrive: on the same disk as the place."""

    async def make(
        self,
        request: ImageRequest,
        request_id: str,
        progress: Progress,
        begun: Begun | None = None,
    ) -> ImageOutcome:
        """Make it, whatever comes of it."""
        provider = self.api_key.provider
        try:
            image = await make_image(
                self.http,
                self.api_key,
                self._order(request, request_id),
                folder=self.spool,
                endpoint=self.terms.endpoint,
                timeout_s=self.timeout_s,
                progress=progress,
                begun=begun,
            )
            saved = await self._keep(image, request, progress)
        except NotMade as ended:
            return outcome.not_made(
                ended, request=request, provider=provider, request_id=request_id
            )
        return outcome.made(request, provider, image, saved, request_id)

    def _order(self, request: ImageRequest, request_id: str) -> ImageOrder:
        return ImageOrder(
            model=request.model,
            prompt=request.prompt_as_sent,
            size=request.size,
            quality=request.quality,
            watermark=request.watermark,
            user_id=self.user_id,
            request_id=request_id,
        )

    async def _keep(
        self, image: MadeImage, request: ImageRequest, progress: Progress
    ) -> str | None:
        if image.file is None or self.place is None:
            return None
        try:
            return await _to_its_end(_named, image.file, self.place, request.prompt, progress)
        except OSError as fault:
            raise download_failed(fault, image.generated.url) from fault


async def _to_its_end(work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Also if Ctrl-C comes now: it takes no time, and the task stays marked as cancelled."""
    working = asyncio.ensure_future(asyncio.to_thread(work, *args, **kwargs))
    try:
        return await asyncio.shield(working)
    except asyncio.CancelledError:
        await asyncio.wait({working}, timeout=LAST_WORD_S)
        if not working.done():
            raise
        return working.result()


def _named(image: SpooledImage, place: Place, prompt: str, progress: Progress) -> str:
    for _ in range(_TRIES):
        path = place.name_of(prompt, image.suffix)
        if keep(image, path, partial(progress.saving, path, image.byte_count)):
            return words_of_path(path)
    raise FileExistsError(None, f"too many files like {path.name}")
