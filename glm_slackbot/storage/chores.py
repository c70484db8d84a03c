"""What one process of many does for all of them, now and then."""

from __future__ import annotations

from sqlalchemy import update
from sqlalchemy.dialects import postgresql, sqlite

from glm_slackbot.storage.database import Database
from glm_slackbot.storage.tables import chores


async def take_chore(database: Database, name: str, now: float, *, every: float) -> bool:
    """Whether it is this process's turn; nobody else's for ``every`` seconds then."""
    insert = sqlite.insert if database.is_sqlite else postgresql.insert
    async with database.write(locks=[f"chore:{name}"]) as connection:
        first = insert(chores).values(name=name, next_at=0.0).on_conflict_do_nothing()
        await connection.execute(first)
        taken = await connection.execute(
            update(chores)
            .where(chores.c.name == name, chores.c.next_at <= now)
            .values(next_at=now + every)
        )
    return taken.rowcount == 1
