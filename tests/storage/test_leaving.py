"""Who asked has left before the row was committed: then nothing may be bought."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from factories import new_draft, new_job
from peek import claim, rows
from structlog.testing import capture_logs

from glm_slackbot.domain.errors import QuotaError
from glm_slackbot.domain.job import JobStatus
from glm_slackbot.storage.accepting import delete_queued
from glm_slackbot.storage.acceptor import Acceptor
from glm_slackbot.storage.address import Address
from glm_slackbot.storage.claims import Claims
from glm_slackbot.storage.database import Database
from glm_slackbot.storage.entries import Accepted, Entry
from glm_slackbot.storage.jobs import JobStore
from glm_slackbot.storage.migrations import migrate
from glm_slackbot.storage.tables import drafts, images, jobs


@asynccontextmanager
async def nothing_written(database: Database) -> AsyncIterator[None]:
    """Groups begin, and wait for the lock until the block ends."""
    async with database.write(locks=["workspace:T1"]):
        yield


async def leave(acceptor: Acceptor, entry: Entry) -> None:
    """Ask, and lose patience while the row waits to be written."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(0.05):
            await acceptor.accept(entry)


async def all_written(acceptor: Acceptor) -> None:
    """A request of another's is answered after all that came before it."""
    await acceptor.accept(new_draft())


async def test_a_job_nobody_waits_for_is_taken_back(database: Database, acceptor: Acceptor) -> None:
    async with nothing_written(database):
        await leave(acceptor, new_job(n=2))
    await all_written(acceptor)

    assert not await rows(database, jobs)
    assert not await rows(database, images)


async def test_what_was_taken_back_is_no_copy_when_it_is_sent_again(
    database: Database, acceptor: Acceptor
) -> None:
    async with nothing_written(database):
        await leave(acceptor, new_job(dedupe_key="same"))
    await all_written(acceptor)

    assert isinstance(await acceptor.accept(new_job(dedupe_key="same")), Accepted)


async def test_a_draft_is_kept_though_nobody_waits_for_it(
    database: Database, acceptor: Acceptor
) -> None:
    async with nothing_written(database):
        await leave(acceptor, new_draft())
    await all_written(acceptor)

    assert len(await rows(database, drafts)) == 2


async def test_a_copy_nobody_waits_for_leaves_the_first_alone(
    database: Database, acceptor: Acceptor, store: JobStore
) -> None:
    first = new_job(dedupe_key="same")
    await acceptor.accept(first)

    async with nothing_written(database):
        await leave(acceptor, new_job(dedupe_key="same"))
    await all_written(acceptor)

    stored = await store.job(first.job.id)
    assert stored is not None
    assert stored.status is JobStatus.QUEUED


async def test_a_refusal_nobody_waits_for_is_no_trouble(
    database: Database, acceptor: Acceptor
) -> None:
    async with nothing_written(database):
        await leave(acceptor, new_job(daily_images=0))
    await all_written(acceptor)

    with pytest.raises(QuotaError):
        await acceptor.accept(new_job(daily_images=0))


async def test_a_fault_nobody_waits_for_is_no_trouble(
    database: Database, acceptor: Acceptor
) -> None:
    async with nothing_written(database):
        await leave(acceptor, new_job(prompt="\ud83e"))
    await all_written(acceptor)

    assert not await rows(database, jobs)


async def test_who_leaves_before_the_group_begins_is_not_written(
    database: Database, acceptor: Acceptor
) -> None:
    async with nothing_written(database):
        first = asyncio.create_task(acceptor.accept(new_job(user_id="U1")))
        await asyncio.sleep(0.02)
        await leave(acceptor, new_job(user_id="U2"))
    await first
    await all_written(acceptor)

    assert [row["user_id"] for row in await rows(database, jobs)] == ["U1"]


async def test_those_who_stayed_are_answered(database: Database, acceptor: Acceptor) -> None:
    async with nothing_written(database):
        left = asyncio.create_task(leave(acceptor, new_job(user_id="U1")))
        stayed = asyncio.create_task(acceptor.accept(new_job(user_id="U2")))
        await left

    assert isinstance(await stayed, Accepted)
    await all_written(acceptor)
    assert [row["user_id"] for row in await rows(database, jobs)] == ["U2"]


async def test_a_job_that_runs_already_is_not_taken_back(
    database: Database, acceptor: Acceptor, claims: Claims
) -> None:
    await acceptor.accept(new_job())
    job = await claim(claims)

    async with database.write() as connection:
        await delete_queued(connection, job.id)

    assert len(await rows(database, jobs)) == 1


async def test_a_taking_back_that_fails_blocks_nobody(empty: Address) -> None:
    database = Database(empty)
    acceptor = Acceptor(database)
    await migrate(database)
    refuse = "CREATE TRIGGER refuse BEFORE DELETE ON jobs BEGIN SELECT RAISE(ABORT, 'no'); END"
    if not database.is_sqlite:
        refuse = "CREATE RULE refuse AS ON DELETE TO jobs DO INSTEAD SELECT 1 / 0"
    async with database.write() as connection:
        await connection.exec_driver_sql(refuse)

    with capture_logs() as logged:
        async with nothing_written(database):
            await leave(acceptor, new_job())
        await all_written(acceptor)

    assert [entry["event"] for entry in logged] == ["a job could not be taken back"]
    await database.close()
