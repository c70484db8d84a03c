"""Secrets that the bot makes once for itself and keeps in the database."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import insert, select

from glm_slackbot.storage.database import Database
from glm_slackbot.storage.tables import secrets


async def own_secret(database: Database, name: str, make: Callable[[], str]) -> str:
    """The secret of that name; made at the first call, the same for every process after."""
    query = select(secrets.c.value).where(secrets.c.name == name)
    async with database.read() as connection:
        value: str | None = await connection.scalar(query)
    if value is not None:
        return value
    async with database.write(locks=[f"secret:{name}"]) as connection:
        value = await connection.scalar(query)
        if value is None:
            value = make()
            await connection.execute(insert(secrets).values(name=name, value=value))
    return value
