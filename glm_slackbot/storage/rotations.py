"""Who may spend a refresh token: one at a time, among all processes.

A refresh token is good once. The lease is a column, taken by one UPDATE that names the generation
it saw, so it needs no lock that is held while Slack is asked.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any, Final

import structlog
from sqlalchemy import ColumnElement, and_, or_, update
from sqlalchemy.exc import SQLAlchemyError

from glm_slackbot.observe import traceback_of
from glm_slackbot.storage.database import Database
from glm_slackbot.storage.installations import InstallationStore, Installed, rotation_due
from glm_slackbot.storage.tables import installations

LEASE_SECONDS: Final = 60.0
"""Longer than a call to Slack can take with all its retries."""
SAVE_PAUSES: Final = (0.1, 0.5, 2.0, 5.0, 15.0, 30.0, 60.0, 60.0, 60.0)
"""Seconds: a database that fails over is back by then."""

log = structlog.get_logger(__name__)


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

    async def save(self, new: Installed, now: float) -> bool:
        """Put down the next generation; False where it was installed anew or removed meanwhile.

        Slack has spent the old refresh token, so a database that is away is waited for.
        """
        for pause in SAVE_PAUSES:
            try:
                return await self._save(new, now)
            except (SQLAlchemyError, OSError) as fault:
                log.exception("new tokens could not be saved; trying again", **traceback_of(fault))
                await asyncio.sleep(pause)
        return await self._save(new, now)

    async def _save(self, new: Installed, now: float) -> bool:
        return await self._update(
            replace(new, generation=new.generation - 1),
            sealed_bot_token=self._store.seal(new.bot_token),
            sealed_refresh_token=self._store.seal(new.refresh_token),
            expires_at=new.expires_at,
            rotate_at=rotation_due(new.expires_at, now),
            generation=new.generation,
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
