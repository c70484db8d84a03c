"""What one process of many does for all of them, now and then."""

from __future__ import annotations

from sqlalchemy import select, update
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


async def chore_taken_at(database: Database, name: str, *, every: float) -> float:
    """When it was done last; 0 where it never was."""
    query = select(chores.c.next_at).where(chores.c.name == name)
    async with database.read() as connection:
        next_at: float | None = await connection.scalar(query)
    return 0.0 if next_at is None else next_at - every
