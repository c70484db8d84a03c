"""Prompts and links are erased from what is at rest, old rows are dropped; one process does it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from factories import NOW, new_draft, new_job, wish_factory
from peek import claimed, job_row, rows
from sqlalchemy import true, update

from glm_slackbot.domain.errors import RefusedError
from glm_slackbot.domain.job import Job, JobStatus, Outcome
from glm_slackbot.storage import erasing
from glm_slackbot.storage.acceptor import Acceptor
from glm_slackbot.storage.checkpoints import Checkpoints
from glm_slackbot.storage.chores import take_chore
from glm_slackbot.storage.claims import Claims
from glm_slackbot.storage.database import Database
from glm_slackbot.storage.jobs import JobStore
from glm_slackbot.storage.tables import drafts, images, jobs

SECRET = "a secret fox"
LINK = "https://example.test/secret"


@pytest.fixture
def ended(database: Database, acceptor: Acceptor, claims: Claims, checkpoints: Checkpoints) -> Any:
    async def end(status: JobStatus = JobStatus.FAILED, **changes: Any) -> Job:
        given = {"prompt": SECRET, "style": SECRET, "avoid": SECRET, "response_url": LINK}
        job = await claimed(acceptor, claims, **{**given, **changes})
        stored = (await JobStore(database).job(job.id)) or job
        error = RefusedError("glm.policy", message=SECRET, level=1)
        await checkpoints.settle_image(
            job, stored.images[0], Outcome.REFUSED, error=error, image_url=LINK
        )
        ended = await checkpoints.end(job, status, error=error)
        await checkpoints.closed(ended)
        return ended

    return end


async def everything(database: Database) -> str:
    found = [await rows(database, table) for table in (jobs, images, drafts)]
    return json.dumps([[dict(row) for row in table] for table in found])


async def test_nothing_a_person_wrote_and_no_link_is_left(database: Database, ended: Any) -> None:
    job = await ended()
    assert await erasing.erase_jobs(database, true(), NOW) == 1
    assert "secret" not in await everything(database)
    row = await job_row(database, job)
    assert row["error"] == {
        "class": "RefusedError",
        "text_id": "glm.policy",
        "params": {"level": 1},
    }
    assert (row["user_id"], row["channel_id"], row["status"]) == ("U1", "C1", "failed")
    assert await erasing.erase_jobs(database, true(), NOW) == 0


async def test_what_still_has_something_to_do_is_left_alone(
    database: Database, acceptor: Acceptor, claims: Claims, checkpoints: Checkpoints
) -> None:
    running = await claimed(acceptor, claims)
    await acceptor.accept(new_job(user_id="U2"))
    await acceptor.accept(new_draft())
    assert await erasing.erase_jobs(database, true(), NOW) == 0
    await checkpoints.end(running, JobStatus.FAILED)
    assert await erasing.erase_jobs(database, true(), NOW) == 0
    assert await erasing.erase_drafts(database, true(), NOW) == 0
    assert await erasing.drop_jobs(database, NOW * 2) == 0
    assert await erasing.drop_drafts(database, NOW * 2) == 0
    assert [row["prompt"] for row in await rows(database, jobs)] == ["a fox", "a fox"]


async def test_a_batch_is_no_larger_than_it_should_be(
    database: Database, acceptor: Acceptor
) -> None:
    for _ in range(3):
        await acceptor.accept(new_job())
    async with database.write() as connection:
        await connection.execute(update(jobs).values(status=JobStatus.CANCELLED))
    assert [await erasing.erase_jobs(database, true(), NOW, batch=2) for _ in range(3)] == [2, 1, 0]
    assert [await erasing.drop_jobs(database, NOW + 1, batch=2) for _ in range(3)] == [2, 1, 0]
    assert await rows(database, images) == []


async def test_a_draft_loses_its_words_once_its_card_is_posted_and_its_row_later(
    database: Database, acceptor: Acceptor
) -> None:
    await acceptor.accept(new_draft(text=SECRET, card_params={"asked": SECRET}, response_url=LINK))
    async with database.write() as connection:
        await connection.execute(update(drafts).values(answer_due=False))
    assert await erasing.erase_drafts(database, drafts.c.created_at < NOW, NOW) == 0
    assert await erasing.erase_drafts(database, drafts.c.created_at <= NOW, NOW) == 1
    assert "secret" not in await everything(database)
    assert await erasing.drop_drafts(database, NOW + 1) == 1
    assert await rows(database, drafts) == []


async def test_a_try_again_that_comes_after_the_erasing_queues_nothing(
    database: Database, ended: Any, store: JobStore
) -> None:
    job = await ended(JobStatus.UNSURE)
    await erasing.erase_jobs(database, true(), NOW)
    assert not await store.requeue(job, wish_factory(job), response_url=None)
    assert (await job_row(database, job))["status"] == JobStatus.UNSURE


async def test_a_chore_is_one_processes_at_a_time(
    database: Database, other_database: Database
) -> None:
    assert await take_chore(database, "cleanup", NOW, every=60)
    assert not await take_chore(other_database, "cleanup", NOW + 59, every=60)
    assert await take_chore(other_database, "another", NOW, every=60)
    assert await take_chore(other_database, "cleanup", NOW + 60, every=60)
    assert not await take_chore(database, "cleanup", NOW + 61, every=60)


async def test_a_job_that_nobody_holds_is_found_by_its_own_day(
    database: Database, ended: Any
) -> None:
    await ended(created_at=NOW - 10)
    await ended(created_at=NOW + 10)
    assert await erasing.erase_jobs(database, jobs.c.created_at < NOW, NOW) == 1
