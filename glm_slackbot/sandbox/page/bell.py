"""Tells whoever waits that something may have changed."""

from __future__ import annotations

import asyncio
import time

LOOK_SECONDS = 0.1
AWAKE_SECONDS = 1.0
"""After a ring one looks again for so long: the stand-in Slack does some things a little later."""


class Bell:
    """Rung at every request, act and change of weather; silent while nothing happens."""

    def __init__(self) -> None:
        self._next = asyncio.Event()
        self._awake_until = 0.0

    def ring(self) -> None:
        """Wake everybody."""
        self._awake_until = time.monotonic() + AWAKE_SECONDS
        self._next.set()
        self._next = asyncio.Event()

    async def wait(self, seconds: float) -> bool:
        """Whether it is worth a look; False after so many seconds in which nothing rang."""
        if time.monotonic() < self._awake_until:
            await asyncio.sleep(LOOK_SECONDS)
            return True
        try:
            async with asyncio.timeout(seconds):
                await self._next.wait()
        except TimeoutError:
            return False
        return True
