"""An event loop that can be left at once."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable, Coroutine
from contextlib import suppress
from threading import Thread
from typing import Any


def run_until_left(work: Coroutine[Any, Any, None]) -> None:
    """As ``asyncio.run``; after Ctrl-C no thread that looks up a name is waited for."""
    with asyncio.Runner(loop_factory=_Loop) as runner:
        runner.run(work)


class _Loop(asyncio.SelectorEventLoop):
    """Names are looked up in threads that end with the program: a resolver may hang for long."""

    async def getaddrinfo(self, *args: Any, **kwargs: Any) -> Any:
        return await self._in_thread_of_its_own(lambda: socket.getaddrinfo(*args, **kwargs))

    def _in_thread_of_its_own(self, call: Callable[[], Any]) -> asyncio.Future[Any]:
        found = self.create_future()

        def settle(give: Callable[[Any], None], what: object) -> None:
            if not found.done():
                give(what)

        def look_up() -> None:
            try:
                settling = (found.set_result, call())
            except (OSError, UnicodeError) as fault:
                settling = (found.set_exception, fault)
            with suppress(RuntimeError):  # nobody waits, and the loop is closed
                self.call_soon_threadsafe(settle, *settling)

        Thread(target=look_up, daemon=True).start()
        return found
