"""What was used and spent: a bounded number of statements, whatever the history."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Integer, case, cast, func, literal_column, null, select
from sqlalchemy.ext.asyncio import AsyncConnection

from glm_slackbot.domain.job import Job, JobStatus
from glm_slackbot.domain.quota import DAY_SECONDS, MINUTE_SECONDS, month_of
from glm_slackbot.storage.database import Database
from glm_slackbot.storage.rows import job_of
from glm_slackbot.storage.tables import images, jobs

LARGEST = 10
"""How many people and channels a report names."""
DIRECT_MESSAGES = "D"
"""Stands for all of them among the channels: whose each one is, is nobody's business."""


@dataclass(frozen=True, slots=True)
class Spent:
    """Images that count and their costs, in millionths, by currency."""

    count: int
    micros: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class PersonUsage:
    """What one person used: in the last minute and day, and this month."""

    minute: int
    day: int
    month: Spent


@dataclass(frozen=True, slots=True)
class MonthReport:
    """A workspace's month, by day of the month, person, channel; what ended without an image."""

    total: Spent
    by_day: Mapping[int, Spent]
    by_person: Sequence[tuple[str, Spent]]
    by_channel: Sequence[tuple[str, Spent]]
    failures: Sequence[tuple[str, int]]
    """text_id of the error and how often, the most frequent first."""
    queued: int
    running: int


class UsageStore:
    """Reads usage of people and workspaces."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of_person(self, workspace_id: str, user_id: str, now: float) -> PersonUsage:
        """One person's usage."""
        mine = (images.c.workspace_id == workspace_id, images.c.user_id == user_id)
        since = month_of(now)[0]
        recent = select(
            func.count().filter(images.c.created_at > now - MINUTE_SECONDS), func.count()
        ).where(*mine, images.c.in_quota, images.c.created_at > now - DAY_SECONDS)
        async with self._database.read() as connection:
            minute, day = (await connection.execute(recent)).one()
            spent = await _spent(connection, None, *mine, images.c.created_at >= since)
        return PersonUsage(minute=minute, day=day, month=spent.get(None, Spent(0, {})))

    async def last_jobs(self, workspace_id: str, user_id: str, count: int) -> Sequence[Job]:
        """A person's latest delivered requests whose prompt is still kept, newest first."""
        query = (
            select(jobs)
            .where(
                jobs.c.workspace_id == workspace_id,
                jobs.c.user_id == user_id,
                jobs.c.status == JobStatus.DELIVERED,
                jobs.c.prompt != "",
            )
            .order_by(jobs.c.created_at.desc())
            .limit(count)
        )
        async with self._database.read() as connection:
            return [job_of(row) for row in (await connection.execute(query)).mappings()]

    async def month(self, workspace_id: str, now: float) -> MonthReport:
        """A workspace's calendar month so far, by UTC."""
        since = month_of(now)[0]
        there = (images.c.workspace_id == workspace_id, images.c.created_at >= since)
        day = cast(func.floor((images.c.created_at - since) / DAY_SECONDS), Integer) + 1
        async with self._database.read() as connection:
            by_day = await _spent(connection, day, *there)
            by_person = await _spent(connection, images.c.user_id, *there)
            by_channel = await _spent(connection, _CHANNEL, *there)
            failures = await _failures(connection, workspace_id, since)
            waiting = await _waiting(connection, workspace_id)
        return MonthReport(
            total=_total(by_day.values()),
            by_day=dict(sorted(by_day.items())),
            by_person=_largest(by_person),
            by_channel=_largest(by_channel),
            failures=failures,
            queued=waiting.get(JobStatus.QUEUED, 0),
            running=waiting.get(JobStatus.RUNNING, 0),
        )


_CHANNEL = case((images.c.channel_id.startswith("D"), DIRECT_MESSAGES), else_=images.c.channel_id)
# By its name: PostgreSQL takes an expression with parameters, written twice, for two expressions.
_BY: ColumnElement[Any] = literal_column("by_what")


async def _spent(
    connection: AsyncConnection, by: ColumnElement[Any] | None, *where: ColumnElement[bool]
) -> dict[Any, Spent]:
    """Counts and costs of groups, or of all as the group None."""
    query = (
        select(
            (null() if by is None else by).label("by_what"),
            images.c.currency,
            func.count().filter(images.c.in_quota),
            func.sum(images.c.cost_micros),
        )
        .where(*where)
        .group_by(_BY, images.c.currency)
    )
    found: dict[Any, Spent] = {}
    for name, currency, count, micros in await connection.execute(query):
        known = found.get(name, Spent(0, {}))
        costs = {**known.micros, currency: int(micros)} if micros else known.micros
        found[name] = Spent(known.count + count, costs)
    return {name: spent for name, spent in found.items() if spent.count or spent.micros}


def _total(parts: Any) -> Spent:
    count, micros = 0, dict[str, int]()
    for part in parts:
        count += part.count
        for currency, amount in part.micros.items():
            micros[currency] = micros.get(currency, 0) + amount
    return Spent(count, micros)


def _largest(found: Mapping[str, Spent]) -> Sequence[tuple[str, Spent]]:
    """By what was spent; by images where that is in two currencies, which have no sum."""
    is_mixed = len({currency for spent in found.values() for currency in spent.micros}) > 1

    def size(item: tuple[str, Spent]) -> tuple[int, int]:
        spent = item[1]
        return (0 if is_mixed else -sum(spent.micros.values()), -spent.count)

    return sorted(found.items(), key=size)[:LARGEST]


async def _failures(
    connection: AsyncConnection, workspace_id: str, since: float
) -> Sequence[tuple[str, int]]:
    kind = jobs.c.error["text_id"].as_string().label("by_what")
    ended = (JobStatus.REFUSED, JobStatus.FAILED, JobStatus.UNSURE)
    query = (
        select(kind, func.count())
        .where(
            jobs.c.workspace_id == workspace_id,
            jobs.c.created_at >= since,
            jobs.c.status.in_(ended),
        )
        .group_by(_BY)
        .order_by(func.count().desc(), _BY)
    )
    return [(text_id or "", count) for text_id, count in await connection.execute(query)]


async def _waiting(connection: AsyncConnection, workspace_id: str) -> Mapping[str, int]:
    query = (
        select(jobs.c.status, func.count())
        .where(
            jobs.c.workspace_id == workspace_id,
            jobs.c.status.in_((JobStatus.QUEUED, JobStatus.RUNNING)),
        )
        .group_by(jobs.c.status)
    )
    return dict((await connection.execute(query)).all())
