"""The audit log: who changed what, and who tried. Rows are added, never changed."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from glm_slackbot.storage.database import Database
from glm_slackbot.storage.tables import audit

SLACK_ITSELF: Final = "USLACKBOT"
"""Named where Slack does not tell who it was."""


class Act(StrEnum):
    """What somebody did."""

    API_KEY_SET = "api_key_set"
    API_KEY_TESTED = "api_key_tested"
    API_KEY_REMOVED = "api_key_removed"
    SETTINGS_CHANGED = "settings_changed"
    BUDGET_ALLOWED = "budget_allowed"
    RESULT_DELETED = "result_deleted"
    """An admin deleted somebody else's images."""
    DELETE_REFUSED = "delete_refused"
    """Somebody pressed Delete, which all see, under somebody else's images."""
    FORGED = "forged"
    """Somebody without the right to it pressed or submitted."""
    INSTALLED = "installed"
    UNINSTALLED = "uninstalled"


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One row. ``details`` never hold a secret; ``at`` is seconds since 1970, UTC."""

    workspace_id: str
    at: float
    user_id: str
    act: Act
    details: Mapping[str, Any] = field(default_factory=dict)


CHANGES = frozenset(Act) - {Act.FORGED, Act.API_KEY_TESTED, Act.DELETE_REFUSED}
"""What somebody changed; the rest leaves everything as it was."""


@dataclass(frozen=True, slots=True)
class Attempts:
    """How often somebody tried what they may not, and the last time."""

    count: int
    last: AuditEntry | None


async def write_audit(connection: AsyncConnection, entry: AuditEntry) -> None:
    """Add a row in the transaction of what it tells of."""
    await connection.execute(
        insert(audit).values(
            workspace_id=entry.workspace_id,
            at=entry.at,
            user_id=entry.user_id,
            act=entry.act.value,
            details=dict(entry.details),
        )
    )


class AuditStore:
    """Adds and reads entries."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, entry: AuditEntry) -> None:
        """Add an entry by itself."""
        async with self._database.write() as connection:
            await write_audit(connection, entry)

    async def last(
        self, workspace_id: str, count: int, *, acts: Collection[Act] = tuple(Act)
    ) -> Sequence[AuditEntry]:
        """The latest entries of a workspace, newest first."""
        query = (
            select(audit)
            .where(audit.c.workspace_id == workspace_id, audit.c.act.in_(acts))
            .order_by(audit.c.at.desc(), audit.c.id.desc())
            .limit(count)
        )
        async with self._database.read() as connection:
            rows = (await connection.execute(query)).mappings().all()
        return [
            AuditEntry(r["workspace_id"], r["at"], r["user_id"], Act(r["act"]), r["details"])
            for r in rows
        ]

    async def attempts(self, workspace_id: str, since: float) -> Attempts:
        """What was tried without the right to it since a moment."""
        tried = (
            audit.c.workspace_id == workspace_id,
            audit.c.act == Act.FORGED,
            audit.c.at >= since,
        )
        async with self._database.read() as connection:
            count = await connection.scalar(select(func.count()).where(*tried))
        last = await self.last(workspace_id, 1, acts=[Act.FORGED])
        return Attempts(count or 0, last[0] if count and last else None)
