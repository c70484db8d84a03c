"""The database, looked at without writing: reachable, and of the schema that we know.

SQLite is opened read-only, and not by our own engine: that one would make the file and set WAL.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Final

import aiosqlite
from sqlalchemy import Connection, inspect, text
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
from sqlalchemy.pool import NullPool

from glm_slackbot.app.database_faults import database_faults, reason_of
from glm_slackbot.app.doctor.finding import Finding, failed, fine, unknown
from glm_slackbot.app.doctor.installations import check_installations
from glm_slackbot.app.doctor.worker import check_worker
from glm_slackbot.app.settings import Settings
from glm_slackbot.storage.address import (
    Address,
    BadDatabaseUrl,
    PostgresAddress,
    SqliteAddress,
)
from glm_slackbot.storage.database import Database
from glm_slackbot.storage.migrations import BACK_TO_THE_NEWER, HEAD, NewerSchema

SECONDS: Final = 10.0
_NO_ROWS: Final = "not checked: there are no rows yet"


async def check_database(settings: Settings) -> list[Finding]:
    """Findings on the database, and on the worker, of which the database knows."""
    try:
        address = settings.database_address
    except BadDatabaseUrl:
        return [_unread("DATABASE_URL is mistaken"), _no_worker()]
    if isinstance(address, SqliteAddress) and not address.path.exists():
        return [_not_yet(address), unknown("worker", _NO_ROWS)]
    try:
        async with asyncio.timeout(SECONDS), reading(address) as connection:
            return await _look(connection, address, settings)
    except TimeoutError:
        return [_unreachable(address, f"no answer within {SECONDS:.0f} s"), _no_worker()]
    except ImportError:
        mend = 'pip install "glm-slackbot[postgres]"'
        return [failed("database", f"{address}: its driver is missing", mend), _no_worker()]
    except database_faults() as fault:
        return [_unreachable(address, reason_of(fault)), _no_worker()]


@asynccontextmanager
async def reading(address: Address) -> AsyncIterator[AsyncConnection]:
    """A connection that cannot write, for the length of the block."""
    async with AsyncExitStack() as stack:
        if isinstance(address, SqliteAddress):
            engine = create_async_engine(
                "sqlite+aiosqlite://",
                async_creator=lambda: aiosqlite.connect(_read_only(address.path), uri=True),
                poolclass=NullPool,
            )
            stack.push_async_callback(engine.dispose)
            yield await stack.enter_async_context(engine.connect())
            return
        database = Database(address)
        stack.push_async_callback(database.close)
        yield await stack.enter_async_context(database.read())


def _read_only(path: Path) -> str:
    # Without a -wal file nobody has it open, and the file is all; reading it as mode=ro would
    # leave a -wal and a -shm file behind.
    is_open = path.with_name(path.name + "-wal").exists()
    return path.absolute().as_uri() + ("?mode=ro" if is_open else "?mode=ro&immutable=1")


async def _look(connection: AsyncConnection, address: Address, settings: Settings) -> list[Finding]:
    version = await connection.run_sync(_version)
    if version is None:
        words = f"{address}: empty; `glm-slackbot serve` will make the tables"
        return [fine("database", words), unknown("worker", _NO_ROWS)]
    if version == HEAD:
        found = fine("database", f"{address}, schema {version}")
        worker = await check_worker(connection, address)
        return [found, *await check_installations(connection, settings), worker]
    if version < HEAD:
        words = f"{address}, schema {version}; `glm-slackbot serve` will migrate it to {HEAD}"
        return [fine("database", words), unknown("worker", "not checked before the migration")]
    words = f"{address}: {NewerSchema(version)}"
    return [failed("database", words, BACK_TO_THE_NEWER), _no_worker()]


async def is_of_our_schema(connection: AsyncConnection) -> bool:
    """Whether its tables are those that we know."""
    return await connection.run_sync(_version) == HEAD


def _version(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    version: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return version


def _not_yet(address: SqliteAddress) -> Finding:
    folder = address.path.absolute().parent
    if not folder.is_dir():
        return failed("database", f"{address}: its folder is missing", f"mkdir -p {folder}")
    if not os.access(folder, os.W_OK | os.X_OK):
        words = f"{address}: its folder may not be written to"
        return failed("database", words, f"give this user {folder}, or set DATABASE_URL")
    return fine("database", f"{address}: not there yet; `glm-slackbot serve` will make it")


def _unreachable(address: Address, reason: str) -> Finding:
    if isinstance(address, PostgresAddress):
        mend = "check host, user and password in DATABASE_URL, and that the server runs"
    else:
        mend = "set DATABASE_URL to a file of ours that this user may read, or restore a backup"
    return failed("database", f"{address}: {reason}", mend)


def _unread(reason: str) -> Finding:
    return unknown("database", f"not checked: {reason}")


def _no_worker() -> Finding:
    return unknown("worker", "not checked: the database could not be read")
