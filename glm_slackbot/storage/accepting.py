"""One transaction that decides a group of entries: copies, quotas, and what is written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import delete, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from glm_slackbot.domain.errors import BotError
from glm_slackbot.domain.job import JobStatus, Outcome
from glm_slackbot.domain.quota import BUDGET_REACHED
from glm_slackbot.storage.audit import AuditEntry, write_audit
from glm_slackbot.storage.database import Database
from glm_slackbot.storage.entries import (
    Accepted,
    Answer,
    Duplicate,
    Entry,
    NewDraft,
    NewJob,
    draft_values,
    image_values,
    job_values,
)
from glm_slackbot.storage.limits import Usage, Wish, workspace_lock
from glm_slackbot.storage.notices import write_notice
from glm_slackbot.storage.rows import error_values
from glm_slackbot.storage.tables import drafts, images, jobs


@dataclass(slots=True)
class _Group:
    """What the database knew before a group, and what the group adds."""

    known: dict[str, str]
    usage: Usage
    ahead: Counter[str]
    jobs: list[dict[str, Any]] = field(default_factory=list)
    images: list[dict[str, Any]] = field(default_factory=list)
    drafts: list[dict[str, Any]] = field(default_factory=list)
    notices: list[tuple[Wish, str, dict[str, Any]]] = field(default_factory=list)
    """What admins are told about the budget: by which request, the cause, its parameters."""
    audit: list[AuditEntry] = field(default_factory=list)


async def write_entries(database: Database, entries: Sequence[Entry]) -> Sequence[Answer]:
    """Write entries in one transaction; an answer each, in their order."""
    if not entries:
        return []
    locks = {workspace_lock(e.origin) for e in entries}
    async with database.write(locks=locks, urgent=True) as connection:
        group = await _look(connection, entries)
        answers = [await _decide(connection, group, entry) for entry in entries]
        for table, rows in ((jobs, group.jobs), (images, group.images), (drafts, group.drafts)):
            if rows:
                await connection.execute(insert(table), rows)
        for wish, cause, params in group.notices:
            await write_notice(database, connection, wish.origin, cause, params, wish.at)
        for line in group.audit:
            await write_audit(connection, line)
    return answers


async def delete_queued(connection: AsyncConnection, job_id: str) -> None:
    """Undo the writing of a job that nobody has begun."""
    query = select(jobs.c.id).where(jobs.c.id == job_id, jobs.c.status == JobStatus.QUEUED)
    if await connection.scalar(query.with_for_update()) is not None:
        await connection.execute(delete(images).where(images.c.job_id == job_id))
        await connection.execute(delete(jobs).where(jobs.c.id == job_id))


async def _look(connection: AsyncConnection, entries: Sequence[Entry]) -> _Group:
    keys = [e.origin.dedupe_key for e in entries]
    known = await connection.execute(
        select(jobs.c.dedupe_key, jobs.c.id)
        .where(jobs.c.dedupe_key.in_(keys))
        .union_all(select(drafts.c.dedupe_key, drafts.c.id).where(drafts.c.dedupe_key.in_(keys)))
    )
    new = [e for e in entries if isinstance(e, NewJob)]
    if not new:
        return _Group(dict(known.all()), Usage({}), Counter())
    waiting = await connection.execute(
        select(jobs.c.api_key_id, func.count())
        .where(jobs.c.status.in_((JobStatus.QUEUED, JobStatus.RUNNING)))
        .group_by(jobs.c.api_key_id)
    )
    usage = await Usage.read(connection, [e.wish for e in new])
    return _Group(dict(known.all()), usage, Counter(dict(waiting.all())))


async def _decide(connection: AsyncConnection, group: _Group, entry: Entry) -> Answer:
    origin = entry.origin
    if (id_ := group.known.get(origin.dedupe_key)) is not None:
        return Duplicate(id_)
    if isinstance(entry, NewDraft):
        group.known[origin.dedupe_key] = entry.draft.id
        group.drafts.append(draft_values(entry.draft))
        return Accepted(0)
    try:
        await group.usage.check(connection, entry.wish)
    except BotError as error:
        if error.text_id == BUDGET_REACHED:
            _keep_for_admins(group, entry, error)
        return error
    _grant(group, entry)
    ahead = group.ahead[entry.api_key_id]
    group.ahead[entry.api_key_id] += 1
    return Accepted(ahead)


def _grant(group: _Group, entry: NewJob) -> None:
    group.known[entry.origin.dedupe_key] = entry.job.id
    group.notices += [(entry.wish, cause, {}) for cause in group.usage.add(entry.wish)]
    if entry.audit is not None:
        group.audit.append(entry.audit)
    group.jobs.append(job_values(entry))
    group.images.extend(image_values(entry, position) for position in range(entry.wish.n))


def _keep_for_admins(group: _Group, entry: NewJob, error: BotError) -> None:
    """Written as failed and uncounted: an admin may allow it, past the budget, once."""
    cause = group.usage.notice_of_refusal(entry.wish)
    group.notices.append((entry.wish, cause, {"asked_micros": entry.wish.cost}))
    error.params["job"] = entry.job.id
    group.known[entry.origin.dedupe_key] = entry.job.id
    ended = {
        "status": JobStatus.FAILED.value,
        "error": error_values(error),
        # Commands and presses are answered at once; who wrote a message is told by the worker.
        "closing_due": entry.origin.kind.has_status_message and not entry.origin.response_url,
    }
    group.jobs.append({**job_values(entry), **ended})
    uncounted = {"in_quota": False, "cost_micros": 0, "outcome": Outcome.NOT_BOUGHT.value}
    group.images.extend({**image_values(entry, at), **uncounted} for at in range(entry.wish.n))
