"""Notices to admins: written with what caused them, sent later, once a cause and day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from glm_slackbot.domain.job import Origin
from glm_slackbot.storage.database import Database
from glm_slackbot.storage.tables import notices

PAUSE_S = 60.0
"""Before a notice that could not be sent is tried again."""
MOST_ATTEMPTS = 30
TOLD = "told"
"""The parameter that lists who had it."""


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that a workspace's admins are told: ``cause`` is the sentence's text_id."""

    workspace_id: str
    team_id: str
    enterprise_id: str | None
    cause: str
    day: str
    params: Mapping[str, Any]
    attempt: int = 0

    @property
    def told(self) -> tuple[str, ...]:
        """The user ids of those who had it at an earlier attempt."""
        return tuple(self.params.get(TOLD, ()))


async def write_notice(
    database: Database,
    connection: AsyncConnection,
    origin: Origin,
    cause: str,
    params: Mapping[str, Any],
    at: float,
) -> bool:
    """Write a notice, and whether it is new: that cause may have had one today."""
    insert = sqlite.insert if database.is_sqlite else postgresql.insert
    written = await connection.execute(
        insert(notices)
        .values(
            workspace_id=origin.workspace_id,
            team_id=origin.team_id,
            enterprise_id=origin.enterprise_id,
            cause=cause,
            day=datetime.fromtimestamp(at, UTC).date().isoformat(),
            params=dict(params),
            next_at=at,
            due=True,
        )
        .on_conflict_do_nothing()
    )
    return written.rowcount == 1


class NoticeStore:
    """Reads and ends notices that are due."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def write(self, origin: Origin, cause: str, params: Mapping[str, Any], at: float) -> bool:
        """Write a notice by itself; False where that cause had one on that day."""
        async with self._database.write() as connection:
            return await write_notice(self._database, connection, origin, cause, params, at)

    async def take_due(self, now: float) -> Notice | None:
        """A notice that is due; it comes again after a pause unless it is ended."""
        due = select(notices).where(notices.c.due, notices.c.next_at <= now).limit(1)
        async with self._database.read() as connection:
            if (await connection.execute(due)).first() is None:
                return None
        async with self._database.write(locks=["notices"]) as connection:
            row = (await connection.execute(due)).mappings().one_or_none()
            if row is None:
                return None
            attempt = row["attempt"] + 1
            again = {"attempt": attempt, "next_at": now + PAUSE_S * attempt}
            if attempt >= MOST_ATTEMPTS:
                again["due"] = False
            await connection.execute(update(notices).where(*_same(dict(row))).values(**again))
        return Notice(attempt=attempt, **{name: row[name] for name in _COLUMNS})

    async def note_told(self, notice: Notice, told: Sequence[str]) -> None:
        """Who had it so far: should it come again, they are spared."""
        await self._update(notice, {"params": {**notice.params, TOLD: list(told)}})

    async def end(self, notice: Notice) -> None:
        """It was sent."""
        await self._update(notice, {"due": False})

    async def take_back(self, notice: Notice) -> None:
        """It was true no longer, so nobody had it: its cause may come again on that day."""
        same = _same({name: getattr(notice, name) for name in _COLUMNS})
        async with self._database.write() as connection:
            await connection.execute(delete(notices).where(*same))

    async def _update(self, notice: Notice, values: Mapping[str, Any]) -> None:
        same = _same({name: getattr(notice, name) for name in _COLUMNS})
        async with self._database.write() as connection:
            await connection.execute(update(notices).where(*same).values(**values))


_COLUMNS = ("workspace_id", "team_id", "enterprise_id", "cause", "day", "params")


def _same(row: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(notices.c[name] == row[name] for name in ("workspace_id", "cause", "day"))
