"""One transaction that decides a group of entries: copies, quotas, and what is written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import delete, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from glm_slackbot.domain.errors import QuotaError
from glm_slackbot.domain.job import JobStatus
from glm_slackbot.domain.quota import DAY_SECONDS, daily_quota_error, exceeds
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
from glm_slackbot.storage.reserving import counted_times, workspace_lock
from glm_slackbot.storage.tables import drafts, images, jobs

Person = tuple[str, str]
"""(team_id, user_id)"""


@dataclass(slots=True)
class _Group:
    """What the database knew before a group, and what the group adds."""

    known: dict[str, str]
    used: Counter[Person]
    ahead: Counter[str]
    jobs: list[dict[str, Any]] = field(default_factory=list)
    images: list[dict[str, Any]] = field(default_factory=list)
    drafts: list[dict[str, Any]] = field(default_factory=list)


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
    group = _Group(dict(known.all()), Counter(), Counter())
    new = [e for e in entries if isinstance(e, NewJob)]
    if new:
        group.used = await _used(connection, new)
        waiting = await connection.execute(
            select(jobs.c.api_key_id, func.count())
            .where(jobs.c.status.in_((JobStatus.QUEUED, JobStatus.RUNNING)))
            .group_by(jobs.c.api_key_id)
        )
        group.ahead = Counter(dict(waiting.all()))
    return group


async def _used(connection: AsyncConnection, new: Sequence[NewJob]) -> Counter[Person]:
    origins = [e.job.origin for e in new]
    counted = await connection.execute(
        select(images.c.team_id, images.c.user_id, func.count())
        .where(
            images.c.team_id.in_({o.team_id for o in origins}),
            images.c.user_id.in_({o.user_id for o in origins}),
            images.c.in_quota,
            images.c.created_at > min(e.job.created_at for e in new) - DAY_SECONDS,
        )
        .group_by(images.c.team_id, images.c.user_id)
    )
    return Counter({(team, user): count for team, user, count in counted})


async def _decide(connection: AsyncConnection, group: _Group, entry: Entry) -> Answer:
    origin = entry.origin
    if (id_ := group.known.get(origin.dedupe_key)) is not None:
        return Duplicate(id_)
    if isinstance(entry, NewDraft):
        group.known[origin.dedupe_key] = entry.draft.id
        group.drafts.append(draft_values(entry.draft))
        return Accepted(0)
    person, asked = (origin.team_id, origin.user_id), entry.job.request.n
    if exceeds(used=group.used[person], asked=asked, allowed=entry.daily_images):
        return await _quota_error(connection, group, entry)
    group.known[origin.dedupe_key] = entry.job.id
    group.used[person] += asked
    ahead, group.ahead[entry.api_key_id] = (
        group.ahead[entry.api_key_id],
        (group.ahead[entry.api_key_id] + 1),
    )
    group.jobs.append(job_values(entry))
    group.images.extend(image_values(entry, position) for position in range(asked))
    return Accepted(ahead)


async def _quota_error(connection: AsyncConnection, group: _Group, entry: NewJob) -> QuotaError:
    origin = entry.job.origin
    times = list(await counted_times(connection, origin, entry.job.created_at))
    missing = group.used[origin.team_id, origin.user_id] - len(times)
    times += [entry.job.created_at] * missing  # accepted earlier in this very group
    return daily_quota_error(times, asked=entry.job.request.n, allowed=entry.daily_images)
