"""Answers that are kept for a while."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from typing import Final, Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

KEPT_S: Final = 60.0
KEPT_ANSWERS: Final = 2000


class Remembered(Generic[K, V]):
    """Keeps answers for ``seconds``, and asks once for those who want the same at the same time.

    What raises is not kept: after `/invite` the next question is asked anew.
    """

    def __init__(
        self, clock: Callable[[], float], *, seconds: float = KEPT_S, size: int = KEPT_ANSWERS
    ) -> None:
        self._clock = clock
        self._seconds = seconds
        self._size = size
        self._kept: dict[K, tuple[float, V]] = {}
        self._asked: dict[K, asyncio.Future[V]] = {}

    async def get(self, about: K, ask: Callable[[], Awaitable[V]]) -> V:
        """The kept answer, or that of ``ask``."""
        until, kept = self._kept.get(about, (0.0, None))
        if kept is not None and self._clock() < until:
            return kept
        if about not in self._asked:
            self._start(about, ask)
        # Shielded: one who stops waiting takes the answer from nobody else.
        return await asyncio.shield(self._asked[about])

    def _start(self, about: K, ask: Callable[[], Awaitable[V]]) -> None:
        async def answer() -> V:
            return await ask()

        asked = asyncio.ensure_future(answer())
        self._asked[about] = asked
        asked.add_done_callback(lambda done: self._settle(about, done))

    def _settle(self, about: K, asked: asyncio.Future[V]) -> None:
        del self._asked[about]
        if asked.cancelled() or asked.exception():
            return
        self._kept.pop(about, None)
        self._kept[about] = (self._clock() + self._seconds, asked.result())
        while len(self._kept) > self._size:
            del self._kept[next(iter(self._kept))]
