"""Jobs that end without their process: a new attempt takes its lease, and it writes no more."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import and_, case, func, not_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from glm_slackbot.domain.job import JobStatus, Outcome
from glm_slackbot.storage.claims import lease_is_over
from glm_slackbot.storage.database import Database
from glm_slackbot.storage.erasing import DRAFT_AT_REST, JOB_AT_REST, UNFINISHED, Where
from glm_slackbot.storage.scope import Scope
from glm_slackbot.storage.tables import drafts, images, jobs


async def queued_jobs(database: Database, scope: Scope) -> Sequence[str]:
    """The ids of requests that nobody has begun."""
    query = select(jobs.c.id).where(scope.of(jobs), jobs.c.status == JobStatus.QUEUED)
    async with database.read() as connection:
        return (await connection.scalars(query)).all()


async def unfinished(database: Database, scope: Scope) -> int:
    """How many requests and messages are not at rest yet."""
    of_jobs = select(func.count()).where(scope.of(jobs), not_(JOB_AT_REST))
    of_drafts = select(func.count()).where(scope.of(drafts), not_(DRAFT_AT_REST))
    async with database.read() as connection:
        return (await connection.scalar(of_jobs) or 0) + (await connection.scalar(of_drafts) or 0)


async def end_abandoned(database: Database, scope: Scope) -> None:
    """End what no live process works on: the bot is not running, or it waits for Slack."""
    async with database.write() as connection:
        await end_jobs(connection, and_(scope.of(jobs), lease_is_over(database, jobs)))
        waiting = and_(scope.of(drafts), lease_is_over(database, drafts))
        await connection.execute(update(drafts).where(waiting).values(answer_due=False))


async def end_jobs(connection: AsyncConnection, where: Where) -> None:
    """Cancel what waits or runs, and drop what ended jobs had to tell still."""
    unrest = and_(where, not_(JOB_AT_REST))
    # Held first, as checkpoints hold a job before its images: else each waits for the other.
    await connection.execute(select(jobs.c.id).where(unrest).with_for_update())
    await _end_images(connection, and_(where, UNFINISHED))
    await connection.execute(
        update(jobs)
        .where(unrest)
        .values(
            status=case((UNFINISHED, JobStatus.CANCELLED.value), else_=jobs.c.status),
            attempt=jobs.c.attempt + 1,
            lease_owner=None,
            lease_until=None,
            closing_due=False,
        )
    )


async def _end_images(connection: AsyncConnection, of_ending: Where) -> None:
    """What may have been ordered stays counted; what was bought is lost."""
    of_them = images.c.job_id.in_(select(jobs.c.id).where(of_ending))
    pending = and_(of_them, images.c.outcome == Outcome.PENDING)
    await connection.execute(
        update(images)
        .where(pending, images.c.submit_intent_at.is_(None))
        .values(in_quota=False, cost_micros=0, outcome=Outcome.CANCELLED)
    )
    await connection.execute(update(images).where(pending).values(outcome=Outcome.CANCELLED_LATE))
    bought = and_(of_them, images.c.outcome == Outcome.BOUGHT)
    await connection.execute(update(images).where(bought).values(outcome=Outcome.LOST))
