"""Time as a fixture: it runs faster than a clock on the wall, and can be moved on."""

from __future__ import annotations

import asyncio
import time

STEP = 5.0
"""Of this clock's seconds at once: leases are renewed in between."""
PAUSE = 0.03
"""Real seconds after each step."""


class FastClock:
    """``speed`` seconds pass for each real one; ``advance`` skips some at once.

    Another process that is given ``start`` has the same time.
    """

    def __init__(self, speed: float = 20.0, start: float | None = None) -> None:
        self.speed = speed
        self.start = time.time() if start is None else start
        self._skipped = 0.0
        self._moved = asyncio.Event()

    def now(self) -> float:
        """Seconds since 1970 in this clock's world."""
        return self.start + (time.time() - self.start) * self.speed + self._skipped

    async def sleep(self, seconds: float) -> None:
        """Wait until that many of this clock's seconds have passed."""
        until = self.now() + seconds
        while (left := until - self.now()) > 0:
            try:
                await asyncio.wait_for(self._moved.wait(), left / self.speed)
            except TimeoutError:
                return

    async def pass_by(self, seconds: float) -> None:
        """Let time go by much faster: in steps, between which whoever waits works."""
        steps = int(seconds / STEP) + 1
        for _ in range(steps):
            self.advance(seconds / steps)
            await asyncio.sleep(PAUSE)

    def advance(self, seconds: float) -> None:
        """Skip seconds; whoever sleeps wakes when its time has come."""
        self._skipped += seconds
        self._moved.set()
        self._moved = asyncio.Event()
