"""What tests of tokens that expire share: what was exchanged, and who is at it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from peek import rows
from sqlalchemy import text

from glm_slackbot.storage.database import Database
from glm_slackbot.storage.tables import installations

from .conftest import Town

HOUR = 3600.0


def refreshes(town: Town) -> list[str | None]:
    """What Slack answered to refresh tokens: None is well."""
    return [c.error for c in town.slack.access_calls if c.args.get("grant_type")]


async def rotation_begun(database: Database) -> None:
    """Wait until a process has taken the lease on the only installation."""
    while not (await rows(database, installations))[0]["rotating_until"]:  # noqa: ASYNC110
        await asyncio.sleep(0.01)


@asynccontextmanager
async def installations_away(database: Database) -> AsyncIterator[None]:
    """Until the block ends, the database has no such table."""
    async with database.write() as connection:
        await connection.execute(text("ALTER TABLE installations RENAME TO hidden"))
    yield
    async with database.write() as connection:
        await connection.execute(text("ALTER TABLE hidden RENAME TO installations"))
