"""A process that lost its lease writes nothing more."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest
from factories import NOW, wish_factory
from peek import claim, claimed, counted, end_leases, job_row

from glm_slackbot.domain.errors import UpstreamError
from glm_slackbot.domain.job import Job, JobStatus, Outcome
from glm_slackbot.storage.acceptor import Acceptor
from glm_slackbot.storage.checkpoints import Checkpoints, LeaseLost
from glm_slackbot.storage.claims import Claims
from glm_slackbot.storage.database import Database
from glm_slackbot.storage.jobs import JobStore

Write = Callable[[Checkpoints, Job], Awaitable[object]]

WRITES: dict[str, Write] = {
    "note": lambda c, job: c.note(job, status_ts="1.2"),
    "note_prompt": lambda c, job: c.note_prompt(job, "a hare"),
    "note_image": lambda c, job: c.note_image(job, job.images[0], task_id="task"),
    "settle_image": lambda c, job: c.settle_image(job, job.images[0], Outcome.REFUSED),
    "begin_purchase": lambda c, job: c.begin_purchase(
        job, job.images[0], api_key_id="key", concurrency=9, now=NOW
    ),
    "end": lambda c, job: c.end(job, JobStatus.FAILED, error=UpstreamError("x.y")),
    "postpone": lambda c, job: c.postpone(job, NOW + 5),
    "close_later": lambda c, job: c.close_later(job, NOW + 5),
    "closed": lambda c, job: c.closed(job),
}

every_write = pytest.mark.parametrize("write", WRITES.values(), ids=WRITES.keys())


@every_write
async def test_no_write_passes_after_another_process_took_the_job_over(
    database: Database, acceptor: Acceptor, claims: Claims, checkpoints: Checkpoints, write: Write
) -> None:
    job = await claimed(acceptor, claims)
    await end_leases(database)
    await claim(Claims(database, "another-process"))
    before = await job_row(database, job), await counted(database)

    with pytest.raises(LeaseLost):
        await write(checkpoints, job)

    assert (await job_row(database, job), await counted(database)) == before


@every_write
async def test_no_write_passes_after_this_very_process_claimed_the_job_anew(
    database: Database, acceptor: Acceptor, claims: Claims, checkpoints: Checkpoints, write: Write
) -> None:
    job = await claimed(acceptor, claims)
    await end_leases(database)
    await claim(claims)

    with pytest.raises(LeaseLost):
        await write(checkpoints, job)


@every_write
async def test_every_write_passes_while_the_lease_is_held(
    acceptor: Acceptor, claims: Claims, checkpoints: Checkpoints, write: Write
) -> None:
    await write(checkpoints, await claimed(acceptor, claims))


async def test_no_image_is_added_by_an_attempt_that_is_over(
    database: Database, acceptor: Acceptor, claims: Claims, store: JobStore
) -> None:
    job = await claimed(acceptor, claims)
    await end_leases(database)
    await claim(claims)

    with pytest.raises(LeaseLost):
        await store.add_image(job, wish_factory(job))

    assert len(await counted(database)) == 1


async def test_closing_steps_write_nothing_more_after_try_again(
    acceptor: Acceptor, claims: Claims, checkpoints: Checkpoints, store: JobStore
) -> None:
    job = await checkpoints.end(await claimed(acceptor, claims), JobStatus.UNSURE)
    assert await store.requeue(job, wish_factory(job), response_url=None)

    with pytest.raises(LeaseLost):
        await checkpoints.close_later(job, NOW + 600)
