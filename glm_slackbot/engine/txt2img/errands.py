"""What was asked for, so that who gives up waiting and asks the same again gets it, and pays once.

A program with a timeout of its own goes away while its image is made, and sends the same again.
Only what was left is taken up: who waits still has images of their own, and who has them, too.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from typing import Final

import structlog

from glm_slackbot.domain.imagine import ImageRequest
from glm_slackbot.engine.txt2img.faults import NOT_AWAITED, Fault, fault
from glm_slackbot.engine.txt2img.studio import Sample, Studio
from glm_slackbot.engine.txt2img.unclaimed import keep_unclaimed, remove_files
from glm_slackbot.workflow.clock import Clock

log = structlog.get_logger(__name__)

MEMORY_S: Final = 600.0
"""So long what was left waits for the same request."""
LOOK_S: Final = 0.2
"""Who waits for a turn sees so often whether somebody else has taken it."""

Asker = Callable[[], bool]
"""Says whether they wait still."""


@dataclass(eq=False)
class Errand:
    """The images of one request, for its ``asker``: whoever asked last."""

    asked: bytes
    wanted: ImageRequest
    asker: Asker
    is_taken_up: bool = False
    samples: list[Sample] = field(default_factory=list)
    ends: float = math.inf
    _at_work: asyncio.Lock = field(default_factory=asyncio.Lock)

    @asynccontextmanager
    async def turn_of(self, asker: Asker) -> AsyncIterator[None]:
        """One at a time makes and sends. Raises Fault for one who is gone and was followed."""
        while not await self._is_free():
            if self.asker is not asker:
                raise fault(NOT_AWAITED, "local_server.not_awaited")
        try:
            yield
        finally:
            self._at_work.release()

    async def make(self, studio: Studio) -> None:
        """All that was not made yet, as long as somebody waits for it."""
        self.samples = [sample for sample in self.samples if not _was_not_awaited(sample)]
        if missing := self.wanted.n - len(self.samples):
            wanted = replace(self.wanted, n=missing)
            self.samples += await studio.make(wanted, self._is_awaited)

    @property
    def can_be_taken_up(self) -> bool:
        """Whether it was left, and nobody took its files away."""
        return not self._is_awaited() and all(
            isinstance(sample.end, Fault) or (sample.end.file and sample.end.file.path.exists())
            for sample in self.samples
        )

    async def _is_free(self) -> bool:
        with suppress(TimeoutError):
            async with asyncio.timeout(LOOK_S):
                return await self._at_work.acquire()
        return False

    def _is_awaited(self) -> bool:
        return self.asker()


class Errands:
    """Those under way, and those that were left. ``unclaimed``: a folder, made if needed."""

    def __init__(self, clock: Clock, unclaimed: Path) -> None:
        self._clock = clock
        self._unclaimed = unclaimed
        self._known: list[Errand] = []

    def of(self, body: bytes, wanted: ImageRequest, asker: Asker) -> Errand:
        """The one that a request of the very same body has left, else a new one."""
        now, asked = self._clock.now(), sha256(body).digest()
        self._known = [errand for errand in self._known if errand.ends > now]
        for errand in self._known:
            if errand.asked == asked and errand.can_be_taken_up:
                log.info("the same request came again and takes up what it had left")
                errand.asker, errand.is_taken_up, errand.ends = asker, True, math.inf
                return errand
        self._known.append(errand := Errand(asked, wanted, asker))
        return errand

    def answered(self, errand: Errand) -> None:
        """Whoever asked has it."""
        self._known.remove(errand)
        remove_files(errand.samples)

    def left(self, errand: Errand) -> None:
        """Nobody waits: what may be charged is kept for a while, and told in the log."""
        errand.samples = keep_unclaimed(errand.samples, self._unclaimed)
        errand.ends = self._clock.now() + MEMORY_S
        if not errand.samples:
            self._known.remove(errand)


def _was_not_awaited(sample: Sample) -> bool:
    return isinstance(sample.end, Fault) and sample.end.status == NOT_AWAITED
