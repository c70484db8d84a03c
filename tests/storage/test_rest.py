"""Whether anything is left to do."""

from __future__ import annotations

from factories import NOW, new_draft
from peek import accepted, claim

from glm_slackbot.domain.job import JobStatus
from glm_slackbot.storage.acceptor import Acceptor
from glm_slackbot.storage.checkpoints import Checkpoints
from glm_slackbot.storage.claims import Claims
from glm_slackbot.storage.database import Database
from glm_slackbot.storage.rest import is_at_rest


async def test_a_job_leaves_no_rest_until_it_is_closed(
    database: Database, acceptor: Acceptor, claims: Claims, checkpoints: Checkpoints
) -> None:
    assert await is_at_rest(database)

    await accepted(acceptor)
    assert not await is_at_rest(database)
    job = await claim(claims)
    assert not await is_at_rest(database)
    ended = await checkpoints.end(job, JobStatus.FAILED)
    assert not await is_at_rest(database)

    await checkpoints.closed(ended)
    assert await is_at_rest(database)


async def test_a_draft_leaves_no_rest_until_its_card_is_posted(
    database: Database, acceptor: Acceptor, claims: Claims, checkpoints: Checkpoints
) -> None:
    await acceptor.accept(new_draft())
    assert not await is_at_rest(database)

    claimed = await claims.next_draft(NOW)
    assert claimed is not None
    await checkpoints.draft_answered(claimed[0])
    assert await is_at_rest(database)
