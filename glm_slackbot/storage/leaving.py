"""A workspace that removed the bot: all of it goes but audit rows and what jobs cost."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from glm_slackbot.domain.job import JobStatus, Outcome
from glm_slackbot.storage.audit import AuditEntry, write_audit
from glm_slackbot.storage.database import Database
from glm_slackbot.storage.erasing import BATCH, erase_jobs
from glm_slackbot.storage.installations import Installed
from glm_slackbot.storage.limits import workspace_lock_of
from glm_slackbot.storage.tables import (
    drafts,
    images,
    installations,
    jobs,
    notices,
    people,
    workspaces,
)


async def remove_workspace(database: Database, left: Installed, entry: AuditEntry) -> bool:
    """Remove an installation and all that belongs to it.

    False where that installation is gone already, or was made again since: a copy of an event
    does nothing. Where this ends half-way, ``remove_rest`` does what is left.
    """
    id_ = left.workspace_id
    async with database.write(locks=[workspace_lock_of(id_)]) as connection:
        gone = await connection.execute(
            delete(installations).where(
                installations.c.workspace_id == id_,
                installations.c.installed_at == left.installed_at,
            )
        )
        if gone.rowcount == 0:
            return False
        await _delete_and_end(connection, id_)
        await write_audit(connection, entry)
    await _erase_requests(database, id_, entry.at)
    return True


async def remove_rest(database: Database, workspace_id: str, now: float) -> None:
    """Remove what was written while a workspace left; nothing where it has an installation."""
    async with database.write(locks=[workspace_lock_of(workspace_id)]) as connection:
        same = installations.c.workspace_id == workspace_id
        if await connection.scalar(select(installations.c.workspace_id).where(same)) is not None:
            return
        await _delete_and_end(connection, workspace_id)
    await _erase_requests(database, workspace_id, now)


async def _erase_requests(database: Database, workspace_id: str, now: float) -> None:
    """In batches: there may be years of them, and other workspaces wait meanwhile."""
    mine = jobs.c.workspace_id == workspace_id
    while await erase_jobs(database, mine, now) == BATCH:
        pass


async def _delete_and_end(connection: AsyncConnection, workspace_id: str) -> None:
    for table in (workspaces, notices, drafts, people):
        await connection.execute(delete(table).where(table.c.workspace_id == workspace_id))
    await _end_jobs(connection, workspace_id)


async def _end_jobs(connection: AsyncConnection, workspace_id: str) -> None:
    """Cancel what waits or runs.

    A running job's process loses its lease by the new attempt, and writes nothing more.
    """
    mine = jobs.c.workspace_id == workspace_id
    unfinished = and_(mine, jobs.c.status.in_((JobStatus.QUEUED, JobStatus.RUNNING)))
    open_ = or_(unfinished, and_(mine, jobs.c.closing_due))
    # Held first, as checkpoints hold a job before its images: else each waits for the other.
    await connection.execute(select(jobs.c.id).where(open_).with_for_update())
    await _end_images(connection, images.c.job_id.in_(select(jobs.c.id).where(unfinished)))
    await connection.execute(
        update(jobs)
        .where(open_)
        .values(attempt=jobs.c.attempt + 1, lease_owner=None, lease_until=None, closing_due=False)
    )
    await connection.execute(update(jobs).where(unfinished).values(status=JobStatus.CANCELLED))


async def _end_images(connection: AsyncConnection, of_ending: ColumnElement[bool]) -> None:
    """What may have been ordered stays counted; what was bought is lost."""
    pending = and_(of_ending, images.c.outcome == Outcome.PENDING)
    await connection.execute(
        update(images)
        .where(pending, images.c.submit_intent_at.is_(None))
        .values(in_quota=False, cost_micros=0, outcome=Outcome.CANCELLED)
    )
    await connection.execute(update(images).where(pending).values(outcome=Outcome.CANCELLED_LATE))
    bought = and_(of_ending, images.c.outcome == Outcome.BOUGHT)
    await connection.execute(update(images).where(bought).values(outcome=Outcome.LOST))
