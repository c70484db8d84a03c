"""Finding a request again, counting what waits, and who waits long."""

from __future__ import annotations

import pytest
from factories import NOW, PRICE, new_job
from peek import accepted, claimed

from glm_slackbot.domain.job import Job, JobStatus
from glm_slackbot.storage.acceptor import Acceptor
from glm_slackbot.storage.checkpoints import Checkpoints
from glm_slackbot.storage.claims import Claims
from glm_slackbot.storage.jobs import JobStore

COUNTED, GIVEN_BACK = (True, PRICE), (False, 0)


@pytest.fixture
async def job(acceptor: Acceptor, claims: Claims) -> Job:
    """A running job of one image."""
    return await claimed(acceptor, claims)


async def test_the_last_request_of_a_thread_is_found(acceptor: Acceptor, store: JobStore) -> None:
    await accepted(acceptor, thread_ts="1.0", prompt="a fox")
    await accepted(acceptor, thread_ts="1.0", prompt="a hare", created_at=NOW + 1)
    await accepted(acceptor, thread_ts="1.0", prompt="", needs_prompt=True, created_at=NOW + 2)
    await accepted(acceptor, thread_ts="2.0", prompt="an owl", created_at=NOW + 3)

    found = await store.last_request("T1", "C1", "1.0")

    assert found is not None
    assert found.prompt == "a hare"


@pytest.mark.parametrize("place", [("T2", "C1", "1.0"), ("T1", "C2", "1.0"), ("T1", "C1", "9.0")])
async def test_another_place_s_requests_are_not_found(
    acceptor: Acceptor, store: JobStore, place: tuple[str, str, str]
) -> None:
    await accepted(acceptor, thread_ts="1.0")

    assert await store.last_request(*place) is None


async def test_the_request_that_began_the_thread_is_found(
    acceptor: Acceptor, store: JobStore
) -> None:
    await accepted(acceptor, message_ts="1.0", prompt="a fox")

    found = await store.last_request("T1", "C1", "1.0")

    assert found is not None
    assert found.prompt == "a fox"


@pytest.mark.parametrize("place", [{"result_ts": "5.0"}, {"post_thread": "5.0"}])
async def test_the_request_of_the_image_above_the_thread_is_found(
    checkpoints: Checkpoints, store: JobStore, job: Job, place: dict[str, str]
) -> None:
    await checkpoints.note(job, post_channel="C7", **place)

    assert await store.last_request("T1", "C7", "5.0") == job.request


async def test_jobs_that_wait_and_run_are_counted(
    acceptor: Acceptor, claims: Claims, checkpoints: Checkpoints, store: JobStore, job: Job
) -> None:
    await checkpoints.end(await claimed(acceptor, claims), JobStatus.FAILED)
    await accepted(acceptor)
    await accepted(acceptor)

    assert await store.counts() == {"queued": 2, "running": 1}


async def test_ahead_are_older_unfinished_jobs_of_the_same_api_key(
    acceptor: Acceptor, store: JobStore
) -> None:
    await accepted(acceptor)
    await accepted(acceptor, api_key_id="other")
    job = await accepted(acceptor, created_at=NOW + 1)
    await accepted(acceptor, created_at=NOW + 2)

    assert await store.ahead_of(job) == 1
    assert await store.ahead_of(new_job().job) == 0


async def test_those_who_wait_long_are_told_once(acceptor: Acceptor, store: JobStore) -> None:
    late = await accepted(acceptor, created_at=NOW + 1)
    early = await accepted(acceptor)
    await accepted(acceptor, created_at=NOW + 99)

    assert [job.id for job in await store.waiting_long(NOW + 50)] == [early.id, late.id]
    assert await store.take_wait_note(early, NOW + 50)
    assert not await store.take_wait_note(early, NOW + 51)
    assert [job.id for job in await store.waiting_long(NOW + 50)] == [late.id]


async def test_who_runs_by_now_is_not_told_to_wait(store: JobStore, job: Job) -> None:
    assert await store.waiting_long(NOW + 999) == []
    assert not await store.take_wait_note(job, NOW)
