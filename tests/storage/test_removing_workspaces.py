"""Workspaces that leave, in both databases: once, with all but costs, whatever runs."""

from __future__ import annotations

import asyncio

import pytest
from factories import NOW, new_draft, new_job
from peek import rows

from glm_slackbot.domain.job import Job, JobStatus
from glm_slackbot.storage.acceptor import Acceptor
from glm_slackbot.storage.audit import Act, AuditEntry
from glm_slackbot.storage.checkpoints import Checkpoints, LeaseLost
from glm_slackbot.storage.claims import Claims
from glm_slackbot.storage.database import Database
from glm_slackbot.storage.installations import Installed
from glm_slackbot.storage.leaving import remove_workspace
from glm_slackbot.storage.tables import audit, drafts, images, jobs

from .installing import installation, store_of


def left(installed: Installed) -> AuditEntry:
    return AuditEntry(installed.workspace_id, NOW, "USLACKBOT", Act.UNINSTALLED)


async def test_who_leaves_takes_all_but_costs_along(
    database: Database,
    installed: Installed,
    acceptor: Acceptor,
    claims: Claims,
    checkpoints: Checkpoints,
) -> None:
    await acceptor.accept(new_job(prompt="a vermilion fox", created_at=NOW))
    await acceptor.accept(new_job(prompt="an owl", created_at=NOW + 1))
    await acceptor.accept(new_job(prompt="a hare", team_id="T2", created_at=NOW + 5))
    await acceptor.accept(new_draft())
    running = await claims.next_job(NOW + 9, lambda _: 1)
    assert running is not None
    assert await remove_workspace(database, installed, left(installed))

    gone = await rows(database, jobs, workspace_id="T1")
    assert {(job["status"], job["prompt"]) for job in gone} == {("cancelled", "")}
    (other,) = await rows(database, jobs, workspace_id="T2")
    assert (other["status"], other["prompt"]) == ("queued", "a hare")
    ended = await rows(database, images, workspace_id="T1")
    assert [(image["outcome"], image["cost_micros"]) for image in ended] == [("cancelled", 0)] * 2
    assert await rows(database, drafts) == []
    with pytest.raises(LeaseLost):
        await checkpoints.note(running, status_ts="1.0")


async def test_a_second_copy_changes_nothing(
    database: Database, other_database: Database, installed: Installed
) -> None:
    gone = await asyncio.gather(
        *(remove_workspace(d, installed, left(installed)) for d in (database, other_database))
    )
    assert sorted(gone) == [False, True]
    await store_of(database, NOW + 60).async_save(installation())
    assert not await remove_workspace(database, installed, left(installed))
    acts = [row["act"] for row in await rows(database, audit)]
    assert acts == ["installed", "uninstalled", "installed"]


async def test_who_leaves_while_jobs_run_is_waited_for_by_nobody(
    database: Database,
    other_database: Database,
    installed: Installed,
    acceptor: Acceptor,
    claims: Claims,
    checkpoints: Checkpoints,
) -> None:
    """Checkpoints hold a job, then its images; were they held the other way, each would wait."""
    for _ in range(12):
        await acceptor.accept(new_job(created_at=NOW, n=2))
    running = [await claims.next_job(NOW + 9, lambda _: 100) for _ in range(12)]

    async def work(job: Job) -> None:
        for step in range(20):
            await checkpoints.note_image(job, job.images[step % 2], filter_level=step)
            await checkpoints.note(job, status_ts=f"{step}.0")
        await checkpoints.end(job, JobStatus.DELIVERED, delivered_at=NOW)

    ends = await asyncio.gather(
        *(work(job) for job in running if job is not None),
        remove_workspace(other_database, installed, left(installed)),
        return_exceptions=True,
    )
    assert ends[-1] is True
    assert {type(end) for end in ends[:-1]} <= {LeaseLost, type(None)}
    statuses = {row["status"] for row in await rows(database, jobs)}
    assert statuses <= {"cancelled", "delivered"}
