"""Transactions, and what is left of them when something goes wrong in the middle."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncIterator

import pytest
from factories import new_job
from peek import accepted, rows
from sqlalchemy import insert, select, text
from structlog.testing import capture_logs

from glm_slackbot.storage.acceptor import Acceptor
from glm_slackbot.storage.address import SqliteAddress
from glm_slackbot.storage.database import Database
from glm_slackbot.storage.tables import jobs, secrets

ROW = {"name": "a", "value": "b"}


@pytest.fixture
async def sqlite(sqlite_address: SqliteAddress) -> AsyncIterator[Database]:
    opened = Database(sqlite_address)
    yield opened
    await opened.close()


async def test_sqlite_survives_a_power_cut(sqlite: Database) -> None:
    async with sqlite.write() as connection:
        settings = [
            await connection.scalar(text(f"PRAGMA {name}"))
            for name in ("journal_mode", "synchronous", "foreign_keys")
        ]

    assert settings == ["wal", 2, 1]


async def test_a_reader_reads_while_a_writer_writes(database: Database) -> None:
    async with database.write() as connection:
        await connection.execute(insert(secrets).values(ROW))
        assert await rows(database, secrets) == []

    assert await rows(database, secrets) == [ROW]


async def test_a_reader_sees_at_each_statement_what_is_committed(database: Database) -> None:
    async with database.read() as reader:
        assert (await reader.execute(select(secrets))).all() == []
        async with database.write() as connection:
            await connection.execute(insert(secrets).values(ROW))

        assert (await reader.execute(select(secrets))).all() == [("a", "b")]


async def test_two_processes_write_one_after_the_other(
    database: Database, other_database: Database
) -> None:
    """SQLite: BEGIN IMMEDIATE waits, where a plain BEGIN would fail half-way."""

    async def add_one(at: Database) -> None:
        async with at.write(locks=["sum"]) as connection:
            value = await connection.scalar(select(secrets.c.value)) or "0"
            await asyncio.sleep(0.001)
            await connection.execute(secrets.delete())
            await connection.execute(insert(secrets).values(name="sum", value=str(int(value) + 1)))

    await asyncio.gather(*(add_one(at) for at in (database, other_database) * 10))

    assert [row["value"] for row in await rows(database, secrets)] == ["20"]


async def test_a_write_that_raises_is_rolled_back_and_the_next_one_goes_on(
    database: Database,
) -> None:
    async def fail() -> None:
        async with database.write() as connection:
            await connection.execute(insert(secrets).values(ROW))
            raise KeyError

    with pytest.raises(KeyError):
        await fail()

    assert await rows(database, secrets) == []
    async with database.write() as connection:
        await connection.execute(insert(secrets).values(ROW))
    assert await rows(database, secrets) == [ROW]


async def test_a_statement_that_fails_is_rolled_back(
    database: Database, acceptor: Acceptor
) -> None:
    job = await accepted(acceptor)

    with pytest.raises(Exception, match=r"(?i)unique"):
        await acceptor.accept(new_job(id=job.id))

    assert len(await rows(database, jobs)) == 1


@pytest.mark.parametrize("moment", range(6))
async def test_a_write_cancelled_at_any_moment_leaves_nothing_broken(
    database: Database, moment: int
) -> None:
    async def write() -> None:
        async with database.write(locks=["x"]) as connection:
            await connection.execute(insert(secrets).values(ROW))
            await asyncio.sleep(0)
            await connection.execute(secrets.update().values(value="c"))

    for round_ in range(10):
        task = asyncio.create_task(write())
        for _ in range(moment + round_ * 6):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        async with asyncio.timeout(5), database.write(locks=["x"]) as connection:
            await connection.execute(secrets.delete())

    assert await rows(database, secrets) == []


async def test_a_writer_that_is_cancelled_while_it_waits_gives_up_its_turn(
    database: Database,
) -> None:
    async with database.write(locks=["x"]) as connection:
        await connection.execute(insert(secrets).values(ROW))
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05), database.write(locks=["x"]):
                pass

    async with asyncio.timeout(5), database.write(locks=["x"]):
        pass
    assert await rows(database, secrets) == [ROW]


async def test_a_database_closed_during_a_write_ends_the_write_and_leaves_nothing_open(
    sqlite: Database, sqlite_address: SqliteAddress
) -> None:
    database = Database(sqlite_address)
    underway = asyncio.Event()

    async def write() -> None:
        async with database.write() as connection:
            await connection.execute(insert(secrets).values(ROW))
            underway.set()
            await asyncio.sleep(0.05)

    task = asyncio.create_task(write())
    await underway.wait()
    await database.close()
    await task
    gc.collect()  # an open connection would be found here

    assert await rows(sqlite, secrets) == [ROW]


@pytest.mark.parametrize("milliseconds", range(0, 12, 3))
async def test_a_task_cancelled_while_its_connection_is_made_leaves_it_closed(
    sqlite_address: SqliteAddress, milliseconds: int
) -> None:
    for hundredths in range(0, 300, 60):
        database = Database(sqlite_address)
        task = asyncio.create_task(rows(database, secrets))
        await asyncio.sleep((milliseconds + hundredths / 100) / 1000)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await database.close()
        gc.collect()


async def test_who_still_works_after_the_end_is_cancelled_and_opens_nothing(
    sqlite_address: SqliteAddress,
) -> None:
    database = Database(sqlite_address)
    await rows(database, secrets)
    await database.close()

    late = asyncio.create_task(rows(database, secrets))
    await asyncio.wait([late])
    gc.collect()

    assert late.cancelled()


async def test_a_file_of_an_odd_name_is_opened(sqlite_address: SqliteAddress) -> None:
    odd = sqlite_address.path.rename(sqlite_address.path.with_name("odd ?name#100%.db"))
    database = Database(SqliteAddress(odd))

    assert await rows(database, jobs) == []

    await database.close()


async def test_a_file_that_cannot_be_rewritten_is_logged_and_goes_on_being_used(
    sqlite_address: SqliteAddress,
) -> None:
    database = Database(sqlite_address)
    async with database.write() as connection:
        await connection.exec_driver_sql("PRAGMA query_only=ON")
    with capture_logs() as logged:
        assert not await database.rewrite()
    assert [line["event"] for line in logged] == ["the database file could not be tidied"]
    async with database.read() as connection:
        assert await connection.scalar(text("SELECT 1")) == 1
    await database.close()
