"""Which job is next, and whose it is."""

from __future__ import annotations

import asyncio

import pytest
from factories import NOW, new_draft
from peek import PLENTY, accepted, claim, claimed, end_leases, job_row
from sqlalchemy import select, update

from glm_slackbot.domain.job import JobStatus, Outcome
from glm_slackbot.storage.acceptor import Acceptor
from glm_slackbot.storage.checkpoints import Checkpoints
from glm_slackbot.storage.claims import LEASE_SECONDS, Claims, Due
from glm_slackbot.storage.database import Database
from glm_slackbot.storage.jobs import JobStore
from glm_slackbot.storage.tables import jobs


@pytest.fixture
def others(other_database: Database) -> Claims:
    """The claims of another process."""
    return Claims(other_database, "another-process")


async def test_nothing_is_due_in_an_empty_database(claims: Claims) -> None:
    assert await claims.due(NOW) == Due(jobs=False, closings=False, drafts=False)
    assert await claims.next_job(NOW, lambda _: 1) is None
    assert await claims.next_closing(NOW) is None
    assert await claims.next_draft(NOW) is None


async def test_a_claimed_job_runs_with_its_images(acceptor: Acceptor, claims: Claims) -> None:
    queued = await accepted(acceptor, n=2)
    assert (await claims.due(NOW)).jobs

    job = await claim(claims)

    assert (job.id, job.status, job.attempt) == (queued.id, JobStatus.RUNNING, 1)
    assert [image.position for image in job.images] == [0, 1]
    assert not (await claims.due(NOW)).jobs


async def test_a_job_is_not_due_before_its_time(acceptor: Acceptor, claims: Claims) -> None:
    await accepted(acceptor, created_at=NOW + 10)

    assert not (await claims.due(NOW)).jobs
    assert await claims.next_job(NOW, lambda _: 1) is None
    assert await claims.next_job(NOW + 10, lambda _: 1) is not None


async def test_the_user_with_the_fewest_running_is_next_then_the_oldest(
    acceptor: Acceptor, claims: Claims
) -> None:
    for at, user_id in enumerate(["greedy", "greedy", "greedy", "modest", "late"]):
        await accepted(acceptor, user_id=user_id, created_at=NOW + at)

    order = [(await claim(claims)).origin.user_id for _ in range(5)]

    assert order == ["greedy", "modest", "late", "greedy", "greedy"]


async def test_a_namesake_in_another_workspace_is_another_user(
    acceptor: Acceptor, claims: Claims
) -> None:
    for at, team_id in enumerate(["T1", "T1", "T2"]):
        await accepted(acceptor, team_id=team_id, created_at=NOW + at)

    assert [(await claim(claims)).origin.team_id for _ in range(3)] == ["T1", "T2", "T1"]


async def test_concurrency_counts_images_that_are_not_bought_yet(
    acceptor: Acceptor, claims: Claims, checkpoints: Checkpoints
) -> None:
    first = await claimed(acceptor, claims, n=2)
    await accepted(acceptor, user_id="U2")
    assert await claims.next_job(NOW, lambda _: 2) is None

    await checkpoints.settle_image(first, first.images[0], Outcome.BOUGHT)

    assert await claims.next_job(NOW, lambda _: 2) is not None


async def test_a_full_api_key_holds_up_no_other(acceptor: Acceptor, claims: Claims) -> None:
    await claimed(acceptor, claims, api_key_id="full")
    await accepted(acceptor, api_key_id="full")
    free = await accepted(acceptor, api_key_id="free", created_at=NOW + 1)

    job = await claims.next_job(NOW + 2, lambda _: 1)

    assert job is not None
    assert job.id == free.id
    assert await claims.next_job(NOW + 2, lambda _: 1) is None


async def test_a_dead_process_s_job_is_taken_over_when_its_lease_is_over(
    database: Database, acceptor: Acceptor, claims: Claims, others: Claims
) -> None:
    job = await claimed(acceptor, claims)
    assert not (await others.due(NOW)).jobs
    assert await others.next_job(NOW, lambda _: PLENTY) is None

    await end_leases(database)

    assert (await others.due(NOW)).jobs
    taken = await claim(others)
    assert (taken.id, taken.attempt, taken.status) == (job.id, 2, JobStatus.RUNNING)


async def test_a_dead_process_s_job_comes_before_what_waits_and_needs_no_room(
    database: Database, acceptor: Acceptor, claims: Claims, others: Claims
) -> None:
    job = await claimed(acceptor, claims, created_at=NOW + 1)
    await accepted(acceptor, created_at=NOW)
    await end_leases(database)

    taken = await others.next_job(NOW + 2, lambda _: 1)

    assert taken is not None
    assert taken.id == job.id


async def test_renewing_keeps_a_process_s_leases_and_nobody_else_s(
    database: Database, acceptor: Acceptor, claims: Claims, others: Claims
) -> None:
    mine = await claimed(acceptor, claims)
    theirs = await claimed(acceptor, others)
    await end_leases(database)

    await claims.renew()

    assert (await job_row(database, mine))["lease_until"] > 1.0
    assert (await job_row(database, theirs))["lease_until"] == 1.0
    assert (await claim(claims)).id == theirs.id


async def test_a_lease_is_as_long_as_promised_by_the_database_s_clock(
    database: Database, acceptor: Acceptor, claims: Claims
) -> None:
    job = await claimed(acceptor, claims)

    async with database.read() as connection:
        now = (await connection.execute(select(database.now()))).scalar_one()

    assert LEASE_SECONDS - 5 < (await job_row(database, job))["lease_until"] - now <= LEASE_SECONDS


async def test_releasing_gives_everything_back_at_once(
    database: Database, acceptor: Acceptor, claims: Claims, others: Claims
) -> None:
    job = await claimed(acceptor, claims)
    await acceptor.accept(new_draft())
    await claims.next_draft(NOW)
    theirs = await claimed(acceptor, others)

    await claims.release_all()

    assert (await job_row(database, job))["status"] == JobStatus.QUEUED
    assert (await claim(others)).id == job.id
    assert await others.next_draft(NOW) is not None
    assert (await job_row(database, theirs))["lease_owner"] == "another-process"


async def test_releasing_leaves_an_ended_job_ended(
    acceptor: Acceptor, claims: Claims, checkpoints: Checkpoints, others: Claims
) -> None:
    job = await claimed(acceptor, claims)
    await checkpoints.end(job, JobStatus.FAILED)

    await claims.release_all()

    closing = await others.next_closing(NOW)
    assert closing is not None
    assert closing.status is JobStatus.FAILED


async def test_the_only_process_takes_everything_over_at_its_start(
    acceptor: Acceptor, claims: Claims, others: Claims
) -> None:
    job = await claimed(acceptor, others)
    await acceptor.accept(new_draft())
    await others.next_draft(NOW)

    await claims.take_over_all()

    assert (await claim(claims)).id == job.id
    assert await claims.next_draft(NOW) is not None


async def test_two_processes_never_claim_one_job(
    acceptor: Acceptor, claims: Claims, others: Claims
) -> None:
    queued = [await accepted(acceptor, user_id=f"U{n}") for n in range(20)]

    claimed_jobs = await asyncio.gather(
        *(c.next_job(NOW, lambda _: PLENTY) for c in (claims, others) * 15)
    )

    got = [job.id for job in claimed_jobs if job is not None]
    assert sorted(got) == sorted(job.id for job in queued)


async def test_two_processes_together_stay_within_the_concurrency(
    acceptor: Acceptor, claims: Claims, others: Claims
) -> None:
    for n in range(8):
        await accepted(acceptor, user_id=f"U{n}")

    claimed_jobs = await asyncio.gather(
        *(c.next_job(NOW, lambda _: 3) for c in (claims, others) * 4)
    )

    assert sum(job is not None for job in claimed_jobs) == 3


async def test_a_job_is_either_cancelled_or_claimed(
    acceptor: Acceptor, store: JobStore, others: Claims
) -> None:
    for n in range(20):
        job = await accepted(acceptor, user_id=f"U{n}")

        cancelled, got = await asyncio.gather(
            store.cancel(job.id), others.next_job(NOW, lambda _: PLENTY)
        )

        assert (cancelled is None) != (got is None)


async def test_a_job_somebody_is_writing_to_is_passed_over(
    database: Database, acceptor: Acceptor, others: Claims
) -> None:
    if database.is_sqlite:
        return  # one writer: nobody can look meanwhile
    job = await accepted(acceptor)

    async with database.write() as connection:
        await connection.execute(update(jobs).where(jobs.c.id == job.id).values(locale="zh"))
        assert await others.next_job(NOW, lambda _: PLENTY) is None

    assert await others.next_job(NOW, lambda _: PLENTY) is not None
