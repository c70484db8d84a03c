"""The database: SQLite by default, PostgreSQL by URL; transactions and locks that suit each."""

from __future__ import annotations

import asyncio
import hashlib
import json
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from typing import Any

import structlog
from sqlalchemy import URL, ColumnElement, Double, event, func, literal_column, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.util import await_only

from glm_slackbot.storage.address import Address, PostgresAddress, SqliteAddress
from glm_slackbot.storage.lending import Lending
from glm_slackbot.storage.turns import Turns

SQLITE_READERS = 4
BUSY_MS = 5000
"""How long a writer waits for another process."""
SWEEP_MS = 50
"""How long emptying the -wal file waits for a reader: meanwhile nobody can write."""
SWEEP_TRIES = 30
SWEEP_PAUSE = 0.1
WAL_TRIES = 50
WAL_PAUSE = 0.1
"""Seconds between them."""

log = structlog.get_logger(__name__)

Advisory = str
"""A name of something only one transaction at a time may work on."""


class Database:
    """Transactions for the stores. Close it when done."""

    def __init__(self, address: Address) -> None:
        self.address = address
        self.is_sqlite = isinstance(address, SqliteAddress)
        self._turns = Turns()
        self._lending = Lending()
        self._lend = self._lending.lend
        if isinstance(address, SqliteAddress):
            self._writer = _sqlite_engine(address, pool_size=1)
            self._reader = _sqlite_engine(address, pool_size=SQLITE_READERS)
            self._sweeper = _sqlite_engine(address, pool_size=1, busy_ms=SWEEP_MS)
        else:
            self._writer = self._sweeper = _postgres_engine(address)
            self._reader = self._writer.execution_options(isolation_level="AUTOCOMMIT")

    async def close(self) -> None:
        """Close every connection, once those that are lent are back."""
        await self._lending.end()
        for engine in (self._reader, self._sweeper, self._writer):
            await engine.dispose()

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """A connection for reading; each statement sees what is committed."""
        async with self._lend(self._reader) as connection:
            yield connection

    @asynccontextmanager
    async def write(
        self, *, locks: Iterable[Advisory] = (), urgent: bool = False
    ) -> AsyncIterator[AsyncConnection]:
        """One transaction, committed at the block's end.

        SQLite has one writer, which is every lock at once; on PostgreSQL the named locks are
        taken in order, so that two transactions never wait for each other.
        """
        if self.is_sqlite:
            async with (
                self._turns.turn(urgent=urgent),
                self._lend(self._writer) as connection,
            ):
                await connection.exec_driver_sql("BEGIN IMMEDIATE")
                yield connection
                await connection.commit()
            return
        async with self._lend(self._writer) as connection, connection.begin():
            for lock in sorted(set(locks)):
                await connection.execute(_TAKE_LOCK, {"number": _lock_number(lock)})
            yield connection

    async def sweep(self) -> bool:
        """Empty SQLite's -wal file, which holds what was overwritten; whether it was done."""
        if not self.is_sqlite:
            return True
        for _ in range(SWEEP_TRIES):
            if await self._is_swept():
                return True
            await asyncio.sleep(SWEEP_PAUSE)
        log.warning("SQLite's -wal file could not be emptied: somebody reads all the time")
        return False

    async def rewrite(self) -> bool:
        """Write SQLite's file anew: pages that rows once moved away from keep shreds of them.

        Whoever writes waits meanwhile, a second for some 100 MB. PostgreSQL does it by itself.
        """
        if not self.is_sqlite:
            return True
        try:
            async with self._turns.turn(), self._lend(self._writer) as connection:
                await connection.exec_driver_sql("VACUUM")
        except OperationalError as fault:
            log.warning("the database file could not be tidied", reason=str(fault.orig))
            return False
        return await self.sweep()

    async def _is_swept(self) -> bool:
        try:
            async with self._turns.turn(), self._lend(self._sweeper) as connection:
                row = (await connection.exec_driver_sql(_EMPTY_WAL)).one()
        except OperationalError as fault:
            if "locked" not in str(fault.orig):
                log.warning("SQLite's -wal file could not be emptied", reason=str(fault.orig))
            return False
        return not row.busy

    def now(self) -> ColumnElement[float]:
        """The database's own clock, for leases: machines' clocks differ."""
        if self.is_sqlite:
            return literal_column("((julianday('now') - 2440587.5) * 86400.0)", Double)
        return func.extract("epoch", func.clock_timestamp()).cast(Double)


_EMPTY_WAL = "PRAGMA wal_checkpoint(TRUNCATE)"
_TAKE_LOCK = text("SELECT pg_advisory_xact_lock(:number)")


def _lock_number(name: Advisory) -> int:
    digest = hashlib.blake2b(f"glm_slackbot:{name}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)


def _json(value: object) -> str:
    """JSON; an error's parameter of a type of our own (a size) is kept as its words."""
    return json.dumps(value, default=str)


def _sqlite_engine(
    address: SqliteAddress, pool_size: int, *, busy_ms: int = BUSY_MS
) -> AsyncEngine:
    engine = create_async_engine(
        URL.create("sqlite+aiosqlite", database=str(address.path)),
        pool_size=pool_size,
        max_overflow=0,
        hide_parameters=True,  # an error in the log holds no prompt
        json_serializer=_json,
    )

    @event.listens_for(engine.sync_engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        # Transactions are begun by hand (BEGIN IMMEDIATE), so that none fails half-way; a
        # reader begins none, and sees at each statement what is committed.
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout={busy_ms}")
        _switch_to_wal(cursor)
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.execute("PRAGMA secure_delete=ON")
        cursor.close()

    return engine


def _switch_to_wal(cursor: Any) -> None:
    """The switch of a new file waits for nobody: of two processes one is told "locked" at once."""
    for _ in range(WAL_TRIES):
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if "locked" not in str(error):
                raise
            await_only(asyncio.sleep(WAL_PAUSE))
        else:
            return
    cursor.execute("PRAGMA journal_mode=WAL")


def _postgres_engine(address: PostgresAddress) -> AsyncEngine:
    return create_async_engine(
        "postgresql+asyncpg://",
        async_creator=_asyncpg_creator(address.dsn),
        json_serializer=_json,
        pool_pre_ping=True,
        hide_parameters=True,  # an error in the log holds no prompt
        pool_size=5,
        max_overflow=5,
    )


def _asyncpg_creator(dsn: str) -> Callable[[], Awaitable[Any]]:
    async def connect() -> Any:
        import asyncpg

        # asyncpg reads the DSN itself: sslmode, sslrootcert and the like are its own words.
        return await asyncpg.connect(dsn, timeout=10)

    return connect
