"""Connections lent by an engine: each comes back whole, even from a borrower that is cancelled."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

LONGEST_WAIT = 5.0
"""Seconds that closing waits for what is lent; a database that hangs must not keep us."""


class Lending:
    """What is out. An engine that is disposed of while a connection is out leaves it behind open,
    and so does a cancelled borrower whose connection is still being made.
    """

    def __init__(self) -> None:
        self._out: set[asyncio.Task[None]] = set()
        self._has_ended = False

    @asynccontextmanager
    async def lend(self, engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
        """A connection for the length of the block.

        After the end whoever still asks is cancelled: Bolt's listeners, which nothing waits for,
        would open a connection that nobody closes.
        """
        if self._has_ended:
            raise asyncio.CancelledError("the database is closed")
        opened: asyncio.Future[AsyncConnection] = asyncio.get_running_loop().create_future()
        returned = asyncio.Event()
        loan = asyncio.create_task(_loan(engine, opened, returned))
        self._out.add(loan)
        loan.add_done_callback(self._out.discard)
        try:
            yield await opened
        finally:
            returned.set()
            if not opened.cancelled():  # else nobody waits for it; it is closed once it is made
                await asyncio.shield(loan)

    async def end(self) -> None:
        """Lend no more, and wait until nothing is out."""
        self._has_ended = True
        if self._out:
            await asyncio.wait(self._out, timeout=LONGEST_WAIT)


async def _loan(
    engine: AsyncEngine, opened: asyncio.Future[AsyncConnection], returned: asyncio.Event
) -> None:
    """One connection's time out of the pool, in a task of its own that nobody cancels."""
    try:
        connection = await engine.connect()
    except Exception as error:  # noqa: BLE001 - it is the borrower's to handle
        if not opened.done():
            opened.set_exception(error)
        return
    try:
        if not opened.done():
            opened.set_result(connection)
            await returned.wait()
    finally:
        await connection.close()
