"""Every test that takes ``database`` runs twice: on SQLite and on a real PostgreSQL."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest
from databases import PostgresServer, SqliteFiles, postgres_running

from glm_slackbot.storage.acceptor import Acceptor
from glm_slackbot.storage.address import Address, SqliteAddress
from glm_slackbot.storage.checkpoints import Checkpoints
from glm_slackbot.storage.claims import Claims
from glm_slackbot.storage.database import Database
from glm_slackbot.storage.installations import InstallationStore, Installed
from glm_slackbot.storage.jobs import JobStore

from .installing import found, installation, store_of

BOTH = ["sqlite", "postgres"]


@pytest.fixture(scope="session")
def sqlite_files(tmp_path_factory: pytest.TempPathFactory) -> SqliteFiles:
    return SqliteFiles(tmp_path_factory.mktemp("sqlite"))


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    with postgres_running() as server:
        yield server


@pytest.fixture
async def postgres_address(postgres: PostgresServer) -> AsyncIterator[Address]:
    address = await postgres.migrated()
    yield address
    await postgres.wipe(address)


@pytest.fixture
async def sqlite_address(sqlite_files: SqliteFiles) -> SqliteAddress:
    return await sqlite_files.migrated()


@pytest.fixture(params=BOTH)
def address(request: pytest.FixtureRequest) -> Address:
    """A migrated database nobody is connected to."""
    found: Address = request.getfixturevalue(f"{request.param}_address")
    return found


@pytest.fixture
async def empty_sqlite(sqlite_files: SqliteFiles) -> Address:
    return sqlite_files.empty()


@pytest.fixture
async def empty_postgres(postgres: PostgresServer) -> AsyncIterator[Address]:
    address = await postgres.empty()
    yield address
    await postgres.drop(address)


@pytest.fixture(params=BOTH)
def empty(request: pytest.FixtureRequest) -> Address:
    """A database without tables."""
    found: Address = request.getfixturevalue(f"empty_{request.param}")
    return found


@pytest.fixture
async def database(address: Address) -> AsyncIterator[Database]:
    opened = Database(address)
    yield opened
    await opened.close()


@pytest.fixture
async def other_database(address: Address) -> AsyncIterator[Database]:
    """The same database, as another process sees it."""
    opened = Database(address)
    yield opened
    await opened.close()


@pytest.fixture
def acceptor(database: Database) -> Acceptor:
    return Acceptor(database)


@pytest.fixture
def store(database: Database) -> JobStore:
    return JobStore(database)


@pytest.fixture
def claims(database: Database) -> Claims:
    return Claims(database, "this-process")


@pytest.fixture
def checkpoints(database: Database) -> Checkpoints:
    return Checkpoints(database, "this-process")


@pytest.fixture
def installs(database: Database) -> InstallationStore:
    return store_of(database)


@pytest.fixture
async def installed(installs: InstallationStore) -> Installed:
    """The bot in T1."""
    await installs.async_save(installation())
    return await found(installs, "T1", None)
