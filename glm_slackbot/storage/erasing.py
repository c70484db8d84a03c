"""Erasing prompts and links of what is at rest, and dropping old rows, in small batches.

A job at rest has ended and has nothing to tell: no process works on it, and none will by itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, delete, exists, not_, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from glm_slackbot.domain.job import JobStatus
from glm_slackbot.storage.database import Database
from glm_slackbot.storage.tables import drafts, images, jobs, notices

BATCH = 200
"""Rows a transaction, so that nobody who asks for an image waits for it."""

Where = ColumnElement[bool]

UNFINISHED: Where = jobs.c.status.in_((JobStatus.QUEUED, JobStatus.RUNNING))
JOB_AT_REST: Where = and_(not_(UNFINISHED), jobs.c.closing_due.is_(False))
DRAFT_AT_REST: Where = drafts.c.answer_due.is_(False)

_NO_REQUEST: Mapping[str, Any] = {
    "prompt": "",
    "style": None,
    "avoid": None,
    "needs_prompt": False,  # nor is it to be found in its thread once more
    "response_url": None,
    "permalink": None,
}
_NO_WORDS: Mapping[str, Any] = {"text": "", "card_params": {}, "response_url": None}


async def erase_jobs(database: Database, where: Where, now: float, *, batch: int = BATCH) -> int:
    """Erase one batch of jobs at rest; how many there were."""
    wanted = and_(JOB_AT_REST, jobs.c.erased_at.is_(None), where)
    ids = await _oldest(database, jobs, wanted, batch)
    if ids:
        async with database.write() as connection:
            # Held before they are changed: a Try again that is quicker keeps what it needs.
            held = select(jobs.c.id, jobs.c.error).where(jobs.c.id.in_(ids), wanted)
            found = (await connection.execute(held.with_for_update())).all()
            await erase_held(connection, found, now)
    return len(ids)


async def erase_held(connection: AsyncConnection, found: Sequence[Any], now: float) -> None:
    """Erase jobs of which (id, error) was read and held in this transaction."""
    values = {**_NO_REQUEST, "erased_at": now}
    for n in range(0, len(found), BATCH):
        part = found[n : n + BATCH]
        ids = [job_id for job_id, _ in part]
        await _erase_images(connection, ids)
        await connection.execute(update(jobs).where(jobs.c.id.in_(ids)).values(**values))
        await _strip_errors(connection, jobs, part)


async def erase_drafts(database: Database, where: Where, now: float, *, batch: int = BATCH) -> int:
    """Erase one batch of drafts whose card is posted; how many there were."""
    wanted = and_(DRAFT_AT_REST, drafts.c.erased_at.is_(None), where)
    ids = await _oldest(database, drafts, wanted, batch)
    if ids:
        values = {**_NO_WORDS, "erased_at": now}
        async with database.write() as connection:
            erased = update(drafts).where(drafts.c.id.in_(ids), wanted)
            await connection.execute(erased.values(**values))
    return len(ids)


async def erased_since(database: Database, at: float) -> bool:
    """Whether any request or message was."""
    since = [exists().where(table.c.erased_at > at) for table in (jobs, drafts)]
    async with database.read() as connection:
        return bool(await connection.scalar(select(or_(*since))))


async def drop_jobs(database: Database, before: float, *, batch: int = BATCH) -> int:
    """Drop one batch of old jobs at rest, with their images; how many there were."""
    wanted = and_(JOB_AT_REST, jobs.c.created_at < before)
    found = await _oldest(database, jobs, wanted, batch)
    if found:
        async with database.write() as connection:
            held = select(jobs.c.id).where(jobs.c.id.in_(found), wanted).with_for_update()
            ids = (await connection.scalars(held)).all()
            await connection.execute(delete(images).where(images.c.job_id.in_(ids)))
            await connection.execute(delete(jobs).where(jobs.c.id.in_(ids)))
    return len(found)


async def drop_drafts(database: Database, before: float, *, batch: int = BATCH) -> int:
    """Drop one batch of old drafts; how many there were."""
    wanted = and_(DRAFT_AT_REST, drafts.c.created_at < before)
    ids = await _oldest(database, drafts, wanted, batch)
    if ids:
        async with database.write() as connection:
            await connection.execute(delete(drafts).where(drafts.c.id.in_(ids), wanted))
    return len(ids)


async def _oldest(database: Database, table: Any, wanted: Where, batch: int) -> Sequence[str]:
    """Looked for by reading: nobody who writes waits for a search that finds nothing."""
    query = select(table.c.id).where(wanted).order_by(table.c.created_at).limit(batch)
    async with database.read() as connection:
        return (await connection.scalars(query)).all()


async def drop_notices(database: Database, before_day: str) -> None:
    """Drop notices of days long ago; a day is written as 2026-11-21."""
    async with database.write() as connection:
        await connection.execute(
            delete(notices).where(notices.c.due.is_(False), notices.c.day < before_day)
        )


async def _erase_images(connection: AsyncConnection, job_ids: Sequence[str]) -> None:
    of_them = images.c.job_id.in_(job_ids)
    found = await connection.execute(select(images.c.id, images.c.error).where(of_them))
    rows = found.all()
    await connection.execute(update(images).where(of_them).values(image_url=None))
    await _strip_errors(connection, images, rows)


async def _strip_errors(connection: AsyncConnection, table: Any, rows: Sequence[Any]) -> None:
    """Words in an error may quote the prompt: which error it was stays, and its numbers."""
    errors = [{"its_id": id_, "kept": _stripped(error)} for id_, error in rows if error]
    if errors:
        changed = update(table).where(table.c.id == bindparam("its_id"))
        await connection.execute(changed.values(error=bindparam("kept")), errors)


def _stripped(error: Mapping[str, Any]) -> dict[str, Any]:
    kept = {n: v for n, v in error.get("params", {}).items() if isinstance(v, int | float)}
    return {**error, "params": kept}
