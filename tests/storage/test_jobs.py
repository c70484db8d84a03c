"""Reading jobs, and the moves that a person's button asks for."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from factories import NOW, PRICE, wish_factory
from peek import accepted, claim, claimed, counted, job_row

from glm_slackbot.domain.errors import QuotaError, UnsureError
from glm_slackbot.domain.job import Job, JobStatus, Outcome
from glm_slackbot.storage.acceptor import Acceptor
from glm_slackbot.storage.checkpoints import Checkpoints
from glm_slackbot.storage.claims import Claims
from glm_slackbot.storage.database import Database
from glm_slackbot.storage.jobs import JobStore

COUNTED, GIVEN_BACK = (True, PRICE), (False, 0)


@pytest.fixture
async def job(acceptor: Acceptor, claims: Claims) -> Job:
    """A running job of one image."""
    return await claimed(acceptor, claims)


async def ended_with(
    checkpoints: Checkpoints, job: Job, status: JobStatus, *outcomes: tuple[Outcome, dict[str, Any]]
) -> Job:
    """The job's images settled like this, and the job ended."""
    for image, (outcome, values) in zip(job.images, outcomes, strict=True):
        await checkpoints.settle_image(
            job, image, outcome, error=UnsureError("unsure.answer_lost"), **values
        )
    return await checkpoints.end(job, status, error=UnsureError("unsure.answer_lost"))


async def test_a_job_that_is_not_there_is_none(store: JobStore) -> None:
    assert await store.job("nowhere") is None
    assert await store.cancel("nowhere") is None


async def test_cancelling_gives_back_what_was_never_submitted(
    database: Database, acceptor: Acceptor, store: JobStore
) -> None:
    job = await accepted(acceptor, n=2)

    cancelled = await store.cancel(job.id)

    assert cancelled is not None
    assert cancelled.status is JobStatus.CANCELLED
    assert await counted(database) == [("cancelled", *GIVEN_BACK)] * 2
    assert await store.cancel(job.id) is None, "it is cancelled already"


async def test_cancelling_keeps_what_was_submitted(
    database: Database,
    acceptor: Acceptor,
    claims: Claims,
    checkpoints: Checkpoints,
    store: JobStore,
) -> None:
    job = await claimed(acceptor, claims, n=3)
    await checkpoints.note_image(job, job.images[0], submit_intent_at=NOW, task_id="task")
    await checkpoints.settle_image(job, job.images[1], Outcome.BOUGHT)
    await checkpoints.postpone(job, NOW)

    await store.cancel(job.id)

    assert await counted(database) == [
        ("cancelled_late", *COUNTED),
        ("bought", *COUNTED),
        ("cancelled", *GIVEN_BACK),
    ]


async def test_what_runs_is_not_cancelled(database: Database, store: JobStore, job: Job) -> None:
    assert await store.cancel(job.id) is None
    assert await counted(database) == [("pending", *COUNTED)]


async def test_try_again_polls_a_purchase_that_has_a_task(
    database: Database, checkpoints: Checkpoints, claims: Claims, store: JobStore, job: Job
) -> None:
    intent = {"submit_intent_at": NOW, "task_id": "task"}
    unsure = await ended_with(checkpoints, job, JobStatus.UNSURE, (Outcome.UNSURE, intent))

    assert await store.requeue(unsure, wish_factory(unsure, at=NOW + 60), response_url="https://r")

    again = await claim(claims, NOW + 60)
    (image,) = again.images
    assert (image.outcome, image.task_id, image.error) == (Outcome.PENDING, "task", None)
    assert (again.retried_at, again.asked_at, again.error) == (NOW + 60, NOW + 60, None)
    assert again.origin.response_url == "https://r"
    assert await counted(database) == [("pending", *COUNTED)]


async def test_try_again_buys_anew_where_there_is_no_task(
    database: Database, checkpoints: Checkpoints, store: JobStore, job: Job
) -> None:
    intent = {"submit_intent_at": NOW}
    unsure = await ended_with(checkpoints, job, JobStatus.UNSURE, (Outcome.UNSURE, intent))

    await store.requeue(unsure, wish_factory(unsure), response_url=None)

    assert await counted(database) == [("unsure", *COUNTED), ("pending", *COUNTED)]
    again = await store.job(job.id)
    assert again is not None
    assert [image.position for image in again.images] == [0, 1]
    assert again.origin == job.origin


async def test_try_again_after_try_again_buys_one_not_two(
    database: Database, checkpoints: Checkpoints, claims: Claims, store: JobStore, job: Job
) -> None:
    first = await ended_with(
        checkpoints, job, JobStatus.UNSURE, (Outcome.UNSURE, {"submit_intent_at": NOW})
    )
    await store.requeue(first, wish_factory(first, at=NOW + 60), response_url=None)
    running = await claim(claims)
    await checkpoints.settle_image(
        running, running.images[1], Outcome.UNSURE, submit_intent_at=NOW + 70
    )
    second = await checkpoints.end(running, JobStatus.UNSURE)

    await store.requeue(second, wish_factory(second, at=NOW + 120), response_url=None)

    outcomes = [outcome for outcome, _, _ in await counted(database)]
    assert outcomes == ["unsure", "unsure", "pending"]


async def test_try_again_makes_something_though_the_replacement_was_refused(
    database: Database, checkpoints: Checkpoints, claims: Claims, store: JobStore, job: Job
) -> None:
    first = await ended_with(
        checkpoints, job, JobStatus.UNSURE, (Outcome.UNSURE, {"submit_intent_at": NOW})
    )
    await store.requeue(first, wish_factory(first, at=NOW + 60), response_url=None)
    running = await claim(claims)
    await checkpoints.settle_image(running, running.images[1], Outcome.REFUSED)
    second = await checkpoints.end(running, JobStatus.UNSURE)

    await store.requeue(second, wish_factory(second, at=NOW + 120), response_url=None)

    outcomes = [outcome for outcome, _, _ in await counted(database)]
    assert outcomes == ["unsure", "refused", "pending"]


async def test_buying_anew_must_fit_in_the_quota(
    database: Database, checkpoints: Checkpoints, store: JobStore, job: Job
) -> None:
    unsure = await ended_with(
        checkpoints, job, JobStatus.UNSURE, (Outcome.UNSURE, {"submit_intent_at": NOW})
    )

    with pytest.raises(QuotaError):
        await store.requeue(unsure, wish_factory(unsure, daily_images=1), response_url=None)

    assert (await job_row(database, job))["status"] == "unsure"
    assert await counted(database) == [("unsure", *COUNTED)]


async def test_try_again_delivers_what_was_bought(
    database: Database, checkpoints: Checkpoints, store: JobStore, job: Job
) -> None:
    link = {"image_url": "https://cdn.example/1.png"}
    failed = await ended_with(checkpoints, job, JobStatus.FAILED, (Outcome.LOST, link))

    await store.requeue(failed, wish_factory(failed, daily_images=0), response_url=None)

    assert await counted(database) == [("bought", *COUNTED)]


async def test_try_again_leaves_what_is_lost_for_good(
    database: Database,
    acceptor: Acceptor,
    claims: Claims,
    checkpoints: Checkpoints,
    store: JobStore,
) -> None:
    job = await claimed(acceptor, claims, n=2)
    unsure = await ended_with(
        checkpoints,
        job,
        JobStatus.UNSURE,
        (Outcome.LOST, {"image_url": None}),
        (Outcome.UNSURE, {"submit_intent_at": NOW, "task_id": "task"}),
    )

    await store.requeue(unsure, wish_factory(unsure), response_url=None)

    assert [outcome for outcome, _, _ in await counted(database)] == ["lost", "pending"]


async def test_a_second_press_finds_the_job_moved(
    database: Database, checkpoints: Checkpoints, store: JobStore, job: Job
) -> None:
    unsure = await ended_with(
        checkpoints, job, JobStatus.UNSURE, (Outcome.UNSURE, {"submit_intent_at": NOW})
    )

    assert await store.requeue(unsure, wish_factory(unsure), response_url=None)
    assert not await store.requeue(unsure, wish_factory(unsure), response_url=None)

    assert len(await counted(database)) == 2
    assert not await store.requeue(replace(unsure, id="x"), wish_factory(unsure), response_url=None)


async def test_a_delivered_job_is_never_queued_again(
    checkpoints: Checkpoints, store: JobStore, job: Job
) -> None:
    ended = await checkpoints.end(job, JobStatus.DELIVERED, delivered_at=NOW)

    with pytest.raises(ValueError, match="from delivered to queued"):
        await store.requeue(ended, wish_factory(ended), response_url=None)


async def test_one_more_image_is_counted_anew(
    database: Database, store: JobStore, job: Job
) -> None:
    added = await store.add_image(job, wish_factory(job, cost_micros=5))

    assert (added.position, added.outcome, added.cost_micros) == (1, Outcome.PENDING, 5)
    assert await counted(database) == [("pending", *COUNTED), ("pending", True, 5)]
    with pytest.raises(QuotaError):
        await store.add_image(job, wish_factory(job, daily_images=2))
