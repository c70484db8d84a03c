"""Closing steps and cards that are due, and whose they are."""

from __future__ import annotations

import pytest
from factories import NOW, draft_factory, new_draft
from peek import PLENTY, claimed, end_leases, rows

from glm_slackbot.domain.job import JobStatus
from glm_slackbot.storage.acceptor import Acceptor
from glm_slackbot.storage.checkpoints import Checkpoints
from glm_slackbot.storage.claims import Claims
from glm_slackbot.storage.database import Database
from glm_slackbot.storage.tables import drafts


@pytest.fixture
def others(other_database: Database) -> Claims:
    """The claims of another process."""
    return Claims(other_database, "another-process")


async def test_an_ended_job_s_closing_is_this_process_s_until_it_dies(
    database: Database,
    acceptor: Acceptor,
    claims: Claims,
    others: Claims,
    checkpoints: Checkpoints,
) -> None:
    job = await claimed(acceptor, claims)
    await checkpoints.end(job, JobStatus.FAILED)
    assert await others.next_closing(NOW) is None

    await end_leases(database)

    assert (await others.due(NOW)).closings
    closing = await others.next_closing(NOW)
    assert closing is not None
    assert (closing.id, closing.status, closing.attempt) == (job.id, JobStatus.FAILED, 2)


async def test_a_closing_put_off_is_due_at_its_time(
    acceptor: Acceptor, claims: Claims, checkpoints: Checkpoints
) -> None:
    job = await checkpoints.end(await claimed(acceptor, claims), JobStatus.FAILED)
    await checkpoints.close_later(job, NOW + 60)

    assert await claims.next_closing(NOW + 59) is None
    again = await claims.next_closing(NOW + 60)

    assert again is not None
    await checkpoints.closed(again)
    assert not (await claims.due(NOW + PLENTY)).closings


async def test_a_draft_s_card_is_due_until_it_is_answered(
    database: Database, acceptor: Acceptor, claims: Claims, checkpoints: Checkpoints
) -> None:
    await acceptor.accept(new_draft(id="d1"))
    assert (await claims.due(NOW)).drafts

    first = await claims.next_draft(NOW)
    assert first is not None
    assert (first[0].id, first[1]) == ("d1", 1)
    assert await claims.next_draft(NOW) is None, "it is being answered"

    await checkpoints.answer_draft_later(first[0], NOW + 5)
    assert not (await claims.due(NOW + 4)).drafts
    second = await claims.next_draft(NOW + 5)
    assert second is not None
    assert second[1] == 2

    await checkpoints.draft_answered(second[0])
    assert not (await claims.due(NOW + PLENTY)).drafts


async def test_a_draft_another_process_answers_is_not_ours_to_write(
    database: Database, acceptor: Acceptor, claims: Claims, checkpoints: Checkpoints, others: Claims
) -> None:
    await acceptor.accept(new_draft(id="d1"))
    await others.next_draft(NOW)

    await checkpoints.draft_answered(draft_factory(id="d1"))

    (row,) = await rows(database, drafts)
    assert row["answer_due"]
    assert row["lease_owner"] == "another-process"
