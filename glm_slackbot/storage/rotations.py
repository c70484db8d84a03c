"""Who may spend a refresh token: one at a time, among all processes.

A refresh token is good once. The lease is a column, taken by one UPDATE that names the generation
it saw, so it needs no lock that is held while Slack is asked.
"""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import ColumnElement, and_, or_, update

from glm_slackbot.storage.database import Database
from glm_slackbot.storage.installations import Installed, InstallationStore
from glm_slackbot.storage.tables import installations

LEASE_SECONDS: Final = 60.0
"""Longer than a call to Slack can take with all its retries."""


class Rotations:
    """Leases on the rotation of an installation's tokens."""

    def __init__(self, database: Database, store: InstallationStore) -> None:
        self._database = database
        self._store = store

    async def take(self, seen: Installed) -> bool:
        """Whether it is ours to rotate; not if another does, or has since we looked."""
        until = installations.c.rotating_until
        is_free = or_(until.is_(None), until < self._database.now())
        return await self._update(seen, is_free, rotating_until=self._lease_end())

    async def give_back(self, seen: Installed) -> None:
        """Nothing came of it; whoever comes next may try."""
        await self._update(seen, rotating_until=None)

    async def save(
        self, seen: Installed, *, bot_token: str, refresh_token: str | None, expires_at: float
    ) -> bool:
        """Put down the new tokens; False where it was installed anew or removed meanwhile."""
        return await self._update(
            seen,
            sealed_bot_token=self._store.seal(bot_token),
            sealed_refresh_token=self._store.seal(refresh_token),
            expires_at=expires_at,
            generation=seen.generation + 1,
            rotating_until=None,
        )

    async def _update(self, seen: Installed, *more: ColumnElement[bool], **values: Any) -> bool:
        same = and_(
            installations.c.workspace_id == seen.workspace_id,
            installations.c.generation == seen.generation,
        )
        async with self._database.write() as connection:
            result = await connection.execute(
                update(installations).where(same, *more).values(**values)
            )
        return result.rowcount == 1

    def _lease_end(self) -> ColumnElement[float]:
        return self._database.now() + LEASE_SECONDS
