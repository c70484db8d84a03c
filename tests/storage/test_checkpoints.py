"""What a running job has done so far, and how it ends."""

from __future__ import annotations

import asyncio

import pytest
from factories import NOW, PRICE
from peek import accepted, claim, claimed, counted, job_row

from glm_slackbot.domain.errors import QuotaError, UpstreamError
from glm_slackbot.domain.job import Image, Job, JobStatus, Outcome
from glm_slackbot.storage.acceptor import Acceptor
from glm_slackbot.storage.checkpoints import Checkpoints
from glm_slackbot.storage.claims import Claims
from glm_slackbot.storage.database import Database
from glm_slackbot.storage.jobs import JobStore

KEPT_IN_BOTH = (True, PRICE)
KEPT_IN_BUDGET = (False, PRICE)
GIVEN_BACK = (False, 0)


@pytest.fixture
async def job(acceptor: Acceptor, claims: Claims) -> Job:
    """A running job of two images."""
    return await claimed(acceptor, claims, n=2, needs_prompt=True, prompt="")


async def stored(store: JobStore, job: Job) -> Job:
    found = await store.job(job.id)
    assert found is not None
    return found


async def buy(checkpoints: Checkpoints, job: Job, image: Image, room: int = 9) -> Image | None:
    return await checkpoints.begin_purchase(job, image, api_key_id="key", concurrency=room, now=NOW)


async def test_what_is_noted_is_answered_and_stored(
    store: JobStore, checkpoints: Checkpoints, job: Job
) -> None:
    noted = await checkpoints.note(job, status_ts="1.2", post_channel="C9", locale="zh")

    assert (noted.status_ts, noted.post_channel, noted.locale) == ("1.2", "C9", "zh")
    assert await stored(store, job) == noted


async def test_a_prompt_that_was_found_is_kept(
    store: JobStore, checkpoints: Checkpoints, job: Job
) -> None:
    noted = await checkpoints.note_prompt(job, "a hare")

    assert (noted.request.prompt, noted.needs_prompt) == ("a hare", False)
    assert await stored(store, job) == noted


async def test_what_is_noted_of_an_image_is_answered_and_stored(
    store: JobStore, checkpoints: Checkpoints, job: Job
) -> None:
    noted = await checkpoints.note_image(job, job.images[1], task_id="task", file_id="F1")

    assert (await stored(store, job)).images == (job.images[0], noted)


@pytest.mark.parametrize(
    ("outcome", "kept"),
    [
        (Outcome.BOUGHT, KEPT_IN_BOTH),
        (Outcome.DELIVERED, KEPT_IN_BOTH),
        (Outcome.UNSURE, KEPT_IN_BOTH),
        (Outcome.WITHHELD, KEPT_IN_BOTH),
        (Outcome.LOST, KEPT_IN_BOTH),
        (Outcome.CANCELLED_LATE, KEPT_IN_BOTH),
        (Outcome.TASK_FAILED, KEPT_IN_BUDGET),
        (Outcome.REFUSED, GIVEN_BACK),
        (Outcome.NOT_BOUGHT, GIVEN_BACK),
        (Outcome.CANCELLED, GIVEN_BACK),
    ],
)
async def test_settling_keeps_or_gives_back(
    database: Database,
    store: JobStore,
    checkpoints: Checkpoints,
    job: Job,
    outcome: Outcome,
    kept: tuple[bool, int],
) -> None:
    error = UpstreamError("glm.busy", code=1302)

    settled = await checkpoints.settle_image(
        job, job.images[0], outcome, error=error, filter_level=2
    )

    assert await counted(database) == [(outcome, *kept), ("pending", *KEPT_IN_BOTH)]
    read = (await stored(store, job)).images[0]
    assert read.error is not None
    assert (type(read.error), read.error.args) == (UpstreamError, error.args)
    assert (settled.outcome, settled.filter_level) == (read.outcome, 2)
    assert settled.cost_micros == read.cost_micros


async def test_what_settling_gives_back_can_be_asked_for_again(
    acceptor: Acceptor, checkpoints: Checkpoints, job: Job
) -> None:
    with pytest.raises(QuotaError):
        await accepted(acceptor, daily_images=2)

    await checkpoints.settle_image(job, job.images[0], Outcome.REFUSED)

    await accepted(acceptor, daily_images=2)


async def test_an_intent_is_committed_while_there_is_room(
    store: JobStore, checkpoints: Checkpoints, job: Job
) -> None:
    bought = await buy(checkpoints, job, job.images[0], room=1)

    assert bought is not None
    assert bought.purchase_is_unknown
    assert (await stored(store, job)).images[0].submit_intent_at == NOW
    assert await buy(checkpoints, job, job.images[1], room=1) is None
    assert (await stored(store, job)).images[1].submit_intent_at is None


async def test_two_processes_together_buy_within_the_concurrency(
    database: Database, other_database: Database, acceptor: Acceptor
) -> None:
    owners = [("one", database), ("two", other_database)]
    purchases = []
    for owner, at in owners:
        running = await claimed(acceptor, Claims(at, owner), n=4, user_id=owner)
        writes = Checkpoints(at, owner)
        purchases += [buy(writes, running, image, room=3) for image in running.images]

    bought = await asyncio.gather(*purchases)

    assert sum(image is not None for image in bought) == 3


async def test_a_settled_purchase_makes_room(checkpoints: Checkpoints, job: Job) -> None:
    bought = await buy(checkpoints, job, job.images[0], room=1)
    assert bought is not None

    await checkpoints.settle_image(job, bought, Outcome.BOUGHT)

    assert await buy(checkpoints, job, job.images[1], room=1) is not None


async def test_another_api_key_has_room_of_its_own(checkpoints: Checkpoints, job: Job) -> None:
    await buy(checkpoints, job, job.images[0], room=1)

    other = await checkpoints.begin_purchase(
        job, job.images[1], api_key_id="other", concurrency=1, now=NOW
    )

    assert other is not None


async def test_delivering_settles_what_is_shared_and_gives_back_the_rest(
    database: Database, store: JobStore, checkpoints: Checkpoints, job: Job
) -> None:
    first = await checkpoints.settle_image(job, job.images[0], Outcome.BOUGHT, file_id="F1")
    fresh = await stored(store, job)
    assert fresh.images[0] == first

    ended = await checkpoints.end(fresh, JobStatus.DELIVERED, delivered_at=NOW + 9)

    assert await counted(database) == [
        ("delivered", *KEPT_IN_BOTH),
        ("not_bought", *GIVEN_BACK),
    ]
    assert ended == await stored(store, job)
    assert (ended.status, ended.delivered_at) == (JobStatus.DELIVERED, NOW + 9)
    assert (await job_row(database, job))["closing_due"]


async def test_a_failure_delivers_nothing_and_keeps_what_was_submitted(
    database: Database, store: JobStore, checkpoints: Checkpoints, job: Job
) -> None:
    await buy(checkpoints, job, job.images[0])
    await checkpoints.settle_image(job, job.images[1], Outcome.BOUGHT, file_id="F1")

    ended = await checkpoints.end(
        await stored(store, job), JobStatus.FAILED, error=UpstreamError("slack.no_answer")
    )

    assert await counted(database) == [("pending", *KEPT_IN_BOTH), ("bought", *KEPT_IN_BOTH)]
    assert ended.error is not None
    assert ended.error.text_id == "slack.no_answer"


async def test_a_postponed_job_is_anybody_s_at_its_time(
    database: Database, claims: Claims, checkpoints: Checkpoints, job: Job
) -> None:
    await checkpoints.postpone(job, NOW + 30, busy_since=NOW)

    others = Claims(database, "another-process")
    assert await others.next_job(NOW + 29, lambda _: 9) is None
    again = await claim(others, NOW + 30)
    assert (again.id, again.attempt, again.busy_since) == (job.id, 2, NOW)


async def test_an_end_forgets_the_trouble_that_was_waited_out(
    database: Database, checkpoints: Checkpoints, job: Job
) -> None:
    job = await checkpoints.note(job, busy_since=NOW)

    ended = await checkpoints.end(job, JobStatus.FAILED)

    assert (await job_row(database, job))["busy_since"] is None
    assert ended.busy_since is None


async def test_a_move_that_is_not_drawn_is_a_mistake_of_ours(
    database: Database, checkpoints: Checkpoints, job: Job
) -> None:
    ended = await checkpoints.end(job, JobStatus.REFUSED)

    with pytest.raises(ValueError, match="does not go from refused to failed"):
        await checkpoints.end(ended, JobStatus.FAILED)
    with pytest.raises(ValueError, match="does not go from refused to queued"):
        await checkpoints.postpone(ended, NOW)
    assert (await job_row(database, job))["status"] == "refused"
