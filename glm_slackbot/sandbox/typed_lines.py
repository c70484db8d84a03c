"""Lines as they are typed or piped, without blocking the loop that the bot runs in."""

from __future__ import annotations

import asyncio
import contextlib
import os
import threading
from collections.abc import AsyncGenerator, Callable, Iterator


async def typed_lines(descriptor: int, prompt: Callable[[], None]) -> AsyncGenerator[str, None]:
    """Lines until the end of input; ``prompt`` is called before each is waited for."""
    loop, lines = asyncio.get_running_loop(), asyncio.Queue[str | None]()

    def read() -> None:
        # os.read, not sys.stdin: a daemon thread must hold no lock when the program ends.
        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody listens any more
            for line in _lines(descriptor):
                loop.call_soon_threadsafe(lines.put_nowait, line)
            loop.call_soon_threadsafe(lines.put_nowait, None)

    threading.Thread(target=read, name="typed lines", daemon=True).start()
    prompt()
    while (line := await lines.get()) is not None:
        yield line
        prompt()


def _lines(descriptor: int) -> Iterator[str]:
    kept = b""
    while read := os.read(descriptor, 1 << 16):
        *whole, kept = (kept + read).split(b"\n")
        yield from (line.decode(errors="replace") for line in whole)
    if kept:
        yield kept.decode(errors="replace")
