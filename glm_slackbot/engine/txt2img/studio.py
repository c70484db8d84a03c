"""Makes what requests want: so many images at once, each bought once, an end in bounded time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from uuid import uuid4

import httpx
import structlog

from glm_slackbot.domain.errors import UnsureError
from glm_slackbot.domain.imagine import ImageRequest
from glm_slackbot.domain.retry import Trouble
from glm_slackbot.engine.making import MadeImage, make_image
from glm_slackbot.engine.not_made import NotMade, Task, download_failed, unsure
from glm_slackbot.engine.progress import NoProgress
from glm_slackbot.engine.txt2img.faults import (
    GATEWAY_TIMEOUT,
    NOT_AWAITED,
    UNAVAILABLE,
    Fault,
    fault,
    fault_of,
)
from glm_slackbot.glm.answers import GeneratedImage
from glm_slackbot.glm.client import ApiKey, ImageOrder
from glm_slackbot.workflow.clock import Clock, SystemClock

log = structlog.get_logger(__name__)

LAST_WORD_S: Final = 2.0
"""For orders that were told to end; each may need an instant to hear what was bought."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One of the images of a request: made or not. Whoever has it removes its file."""

    request_id: str
    end: MadeImage | Fault


@dataclass(slots=True)
class _Ordered(NoProgress):
    """Whether something was bought, as far as can be known at any moment."""

    request_id: str
    perhaps: bool = False
    task_id: str | None = None
    image: GeneratedImage | None = None

    def ordering(self) -> None:
        self.perhaps = True

    def turned_away(self, trouble: Trouble, pause: float) -> None:
        self.perhaps = False

    def submitted(self, task_id: str) -> None:
        # Should the process be killed now, nobody else knows by what to ask for it.
        log.info("ordered", task_id=task_id, request_id=self.request_id)
        self.task_id = task_id

    def generated(self, image: GeneratedImage) -> None:
        self.image = image


@dataclass(slots=True)
class _Request:
    """What the images of one request have in common."""

    wanted: ImageRequest
    is_awaited: Callable[[], bool]
    no_more: Fault | None = None
    """Why no further one is ordered: it would end the same way."""


@dataclass
class Studio:
    """``timeout_s``: for one image, and as long again for its turn to come."""

    http: httpx.AsyncClient
    api_key: ApiKey
    spool: Path
    concurrency: int
    timeout_s: float
    clock: Clock = field(default_factory=SystemClock)

    def __post_init__(self) -> None:
        self._places = asyncio.Semaphore(self.concurrency)
        self._running: set[asyncio.Task[Sample]] = set()
        self._stopping = asyncio.Event()

    async def make(self, wanted: ImageRequest, is_awaited: Callable[[], bool]) -> list[Sample]:
        """Every sample's end, in order. Nothing is ordered that nobody waits for any more."""
        request = _Request(wanted, is_awaited)
        tasks = [asyncio.create_task(self._sample(request)) for _ in range(wanted.n)]
        self._running.update(tasks)
        try:
            return list(await asyncio.gather(*tasks))
        finally:
            self._running.difference_update(tasks)

    async def end(self, patience_s: float) -> None:
        """Nothing more is ordered; what is, gets so many seconds. Then what is left is let go."""
        self._stopping.set()
        if self._running:
            await asyncio.wait(self._running, timeout=patience_s)
        self.let_go()
        if self._running:
            await asyncio.wait(self._running, timeout=LAST_WORD_S)

    def let_go(self) -> None:
        """What was ordered is waited for no longer; each tells so."""
        self._stopping.set()
        for task in self._running:
            task.cancel()

    async def _sample(self, request: _Request) -> Sample:
        request_id = uuid4().hex
        end = await self._end_of(request, request_id)
        if isinstance(end, Fault):
            log.warning("no image", code=end.code, status=end.status, request_id=request_id)
            if end.is_for_all:
                request.no_more = end
        else:
            log.info("image made", model=request.wanted.model, request_id=request_id)
        return Sample(request_id, end)

    async def _end_of(self, request: _Request, request_id: str) -> MadeImage | Fault:
        ordered = _Ordered(request_id)
        try:
            async with asyncio.timeout(self.timeout_s):
                await self._places.acquire()
        except TimeoutError:
            return fault(GATEWAY_TIMEOUT, "local_server.no_place", seconds=f"{self.timeout_s:g}")
        except asyncio.CancelledError:
            return self._let_go(ordered)
        try:
            return self._why_not(request) or await self._order(request.wanted, ordered)
        except NotMade as ended:
            return fault_of(ended)
        except asyncio.CancelledError:
            return self._let_go(ordered)
        finally:
            self._places.release()

    def _why_not(self, request: _Request) -> Fault | None:
        if self._stopping.is_set():
            return fault(UNAVAILABLE, "local_server.stopping")
        if not request.is_awaited():
            return fault(NOT_AWAITED, "local_server.not_awaited")
        return request.no_more

    async def _order(self, wanted: ImageRequest, ordered: _Ordered) -> MadeImage:
        order = ImageOrder(
            model=wanted.model,
            prompt=wanted.prompt_as_sent,
            size=wanted.size,
            quality=wanted.quality,
            watermark=wanted.watermark,
            request_id=ordered.request_id,
        )
        return await make_image(
            self.http,
            self.api_key,
            order,
            folder=self.spool,
            timeout_s=self.timeout_s,
            progress=ordered,
            clock=self.clock,
        )

    def _let_go(self, ordered: _Ordered) -> Fault:
        """The end of a task that was cancelled, which the studio alone does, at its own end."""
        if not ordered.perhaps:
            return fault(UNAVAILABLE, "local_server.stopping")
        log.warning("left what was ordered", task_id=ordered.task_id, request_id=ordered.request_id)
        if ordered.image is not None and not ordered.image.withheld:
            return fault_of(download_failed(TimeoutError(), ordered.image.url))
        task = Task(self.api_key.provider.host, ordered.task_id) if ordered.task_id else None
        return fault_of(unsure(UnsureError("engine.interrupted"), task=task))
