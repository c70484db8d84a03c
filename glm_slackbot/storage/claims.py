"""Claims: which job is next, and whose it is while it is worked on.

A lease says that a live process works on a job. It is renewed by one statement a process;
what a dead process leaves is taken over by any live one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Table, and_, exists, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from glm_slackbot.domain.job import Draft, Job, JobStatus, Outcome
from glm_slackbot.storage.database import Database
from glm_slackbot.storage.rows import draft_of, job_of
from glm_slackbot.storage.tables import drafts, images, jobs

LEASE_SECONDS = 15.0
RENEW_SECONDS = 4.0
"""Often enough that a stalled second or two loses nothing."""

_LOCK = "claims"


@dataclass(frozen=True, slots=True)
class Due:
    """What there is to claim, as one cheap read tells."""

    jobs: bool
    closings: bool
    drafts: bool


class Claims:
    """What one process (``owner``) has claimed."""

    def __init__(self, database: Database, owner: str) -> None:
        self._database = database
        self.owner = owner

    async def due(self, now: float) -> Due:
        """Whether there is anything to claim: an idle worker takes no write lock."""
        query = select(
            exists().where(self._job_is_due(now)),
            exists().where(self._closing_is_due(now)),
            exists().where(self._draft_is_due(now)),
        )
        async with self._database.read() as connection:
            return Due(*(await connection.execute(query)).one())

    async def next_job(self, now: float, concurrency_of: Callable[[str], int]) -> Job | None:
        """Claim the next job, or None.

        A dead process's job comes first; else the oldest of the user with the fewest running,
        among the API keys that have room for an image.
        """
        async with self._database.write(locks=[_LOCK]) as connection:
            row = await _first(connection, jobs, select(jobs.c.id).where(self._is_dead()))
            if row is None:
                full = await _full_api_keys(connection, concurrency_of)
                row = await _first(connection, jobs, _fairest(now, full))
            if row is None:
                return None
            return await self._take(connection, row, status=JobStatus.RUNNING)

    async def next_closing(self, now: float) -> Job | None:
        """Claim an ended job whose closing steps are due: telling, tidying."""
        async with self._database.write(locks=[_LOCK]) as connection:
            query = select(jobs.c.id).where(self._closing_is_due(now)).order_by(jobs.c.next_at)
            row = await _first(connection, jobs, query)
            return None if row is None else await self._take(connection, row)

    async def next_draft(self, now: float) -> tuple[Draft, int] | None:
        """Claim a draft whose card is due; the number tells the attempt."""
        async with self._database.write(locks=[_LOCK]) as connection:
            query = select(drafts.c.id).where(self._draft_is_due(now)).order_by(drafts.c.next_at)
            id_ = await _first(connection, drafts, query)
            if id_ is None:
                return None
            row = await self._lease(connection, drafts, id_, {})
            return draft_of(row), row["attempt"]

    async def renew(self) -> None:
        """Renew every lease of this process."""
        async with self._database.write() as connection:
            for table in (jobs, drafts):
                await connection.execute(
                    update(table)
                    .where(table.c.lease_owner == self.owner)
                    .values(lease_until=self._lease_end())
                )

    async def release_all(self) -> None:
        """Give back what this process still has; whoever lives goes on at once."""
        async with self._database.write() as connection:
            await connection.execute(
                update(jobs)
                .where(jobs.c.lease_owner == self.owner, jobs.c.status == JobStatus.RUNNING)
                .values(status=JobStatus.QUEUED)
            )
            for table in (jobs, drafts):
                await connection.execute(
                    update(table)
                    .where(table.c.lease_owner == self.owner)
                    .values(lease_owner=None, lease_until=None)
                )

    async def take_over_all(self) -> None:
        """End every lease: for SQLite, where the serving process is known to be the only one."""
        async with self._database.write() as connection:
            for table in (jobs, drafts):
                await connection.execute(update(table).values(lease_until=None))

    def _is_dead(self) -> ColumnElement[bool]:
        return and_(jobs.c.status == JobStatus.RUNNING, self._lease_is_over(jobs))

    def _job_is_due(self, now: float) -> ColumnElement[bool]:
        waiting = and_(jobs.c.status == JobStatus.QUEUED, jobs.c.next_at <= now)
        return or_(waiting, self._is_dead())

    def _closing_is_due(self, now: float) -> ColumnElement[bool]:
        return and_(
            jobs.c.closing_due,
            jobs.c.status != JobStatus.RUNNING,
            jobs.c.next_at <= now,
            self._lease_is_over(jobs),
        )

    def _draft_is_due(self, now: float) -> ColumnElement[bool]:
        return and_(drafts.c.answer_due, drafts.c.next_at <= now, self._lease_is_over(drafts))

    def _lease_is_over(self, table: Table) -> ColumnElement[bool]:
        return lease_is_over(self._database, table)

    def _lease_end(self) -> ColumnElement[float]:
        return self._database.now() + LEASE_SECONDS

    async def _take(self, connection: AsyncConnection, id_: str, **values: Any) -> Job:
        row = await self._lease(connection, jobs, id_, values)
        image_rows = await connection.execute(select(images).where(images.c.job_id == id_))
        return job_of(row, image_rows.mappings())

    async def _lease(
        self, connection: AsyncConnection, table: Table, id_: str, values: dict[str, Any]
    ) -> Any:
        result = await connection.execute(
            update(table)
            .where(table.c.id == id_)
            .values(
                lease_owner=self.owner,
                lease_until=self._lease_end(),
                attempt=table.c.attempt + 1,
                **values,
            )
            .returning(*table.c)
        )
        return result.mappings().one()


def lease_is_over(database: Database, table: Table) -> ColumnElement[bool]:
    """Whether no live process works on a row."""
    until = table.c.lease_until
    return or_(until.is_(None), until < database.now())


async def _first(connection: AsyncConnection, table: Table, query: Any) -> str | None:
    """The first row's id; on PostgreSQL held, so that no cancelling or ending comes between."""
    held = query.limit(1).with_for_update(of=table, skip_locked=True)
    id_: str | None = await connection.scalar(held)
    return id_


async def _full_api_keys(
    connection: AsyncConnection, concurrency_of: Callable[[str], int]
) -> Iterable[str]:
    busy = await connection.execute(
        select(jobs.c.api_key_id, func.count())
        .join(images, images.c.job_id == jobs.c.id)
        .where(jobs.c.status == JobStatus.RUNNING, images.c.outcome == Outcome.PENDING)
        .group_by(jobs.c.api_key_id)
    )
    return [key for key, count in busy if count >= concurrency_of(key)]


def _fairest(now: float, full_api_keys: Iterable[str]) -> Any:
    running = (
        select(jobs.c.team_id, jobs.c.user_id, func.count().label("jobs"))
        .where(jobs.c.status == JobStatus.RUNNING)
        .group_by(jobs.c.team_id, jobs.c.user_id)
        .subquery()
    )
    same_user = and_(jobs.c.team_id == running.c.team_id, jobs.c.user_id == running.c.user_id)
    return (
        select(jobs.c.id)
        .outerjoin(running, same_user)
        .where(
            jobs.c.status == JobStatus.QUEUED,
            jobs.c.next_at <= now,
            jobs.c.api_key_id.not_in(list(full_api_keys)),
        )
        .order_by(func.coalesce(running.c.jobs, 0), jobs.c.created_at, jobs.c.id)
    )
