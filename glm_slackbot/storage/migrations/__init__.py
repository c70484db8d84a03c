"""Schema versions. Alembic is imported only when a migration is due: it costs start-up time."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, inspect, text

from glm_slackbot.storage.database import Database

HEAD = "0002"
"""The newest version; a test compares it with the scripts."""


async def migrate(database: Database) -> bool:
    """Bring the schema to HEAD; answers whether there was anything to do."""
    if await schema_version(database) == HEAD:
        return False
    async with database.write(locks=["migrations"]) as connection:
        await connection.run_sync(_upgrade)
    return True


async def schema_version(database: Database) -> str | None:
    """The schema's version; None for an empty database."""
    async with database.read() as connection:
        return await connection.run_sync(_version)


def _version(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    version: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return version


def _upgrade(connection: Connection) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
