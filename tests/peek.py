"""The database as it is, past the stores: for tests that look under the floor."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from factories import NOW, new_job
from sqlalchemy import RowMapping, Table, select, update

from glm_slackbot.domain.job import Job
from glm_slackbot.storage.acceptor import Acceptor
from glm_slackbot.storage.claims import Claims
from glm_slackbot.storage.database import Database
from glm_slackbot.storage.entries import NewJob
from glm_slackbot.storage.tables import drafts, images, jobs

PLENTY = 1000


async def accepted(acceptor: Acceptor, entry: NewJob | None = None, **changes: Any) -> Job:
    """A queued job."""
    entry = entry or new_job(**changes)
    await acceptor.accept(entry)
    return entry.job


async def claimed(acceptor: Acceptor, claims: Claims, **changes: Any) -> Job:
    """A running job of this process, the only one that waited."""
    await accepted(acceptor, **changes)
    return await claim(claims)


async def claim(claims: Claims, now: float = NOW + PLENTY) -> Job:
    """The next job; there must be one."""
    job = await claims.next_job(now, lambda _: PLENTY)
    assert job is not None
    return job


async def rows(database: Database, table: Table, **where: Any) -> Sequence[RowMapping]:
    """Rows in the order of their ids."""
    query = select(table).where(*(table.c[name] == value for name, value in where.items()))
    async with database.read() as connection:
        return (await connection.execute(query.order_by(*table.primary_key))).mappings().all()


async def job_row(database: Database, job: Job) -> RowMapping:
    """One job's row."""
    (row,) = await rows(database, jobs, id=job.id)
    return row


async def counted(database: Database) -> list[tuple[str, bool, int]]:
    """Of each image: outcome, whether it counts in the quota, its cost."""
    found = await rows(database, images)
    return [(row["outcome"], row["in_quota"], row["cost_micros"]) for row in found]


async def end_leases(database: Database) -> None:
    """As if every process had been dead for a while."""
    async with database.write() as connection:
        for table in (jobs, drafts):
            await connection.execute(update(table).values(lease_until=1.0))
