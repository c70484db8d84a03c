"""Schema versions. Alembic is imported only when a migration is due: it costs start-up time."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, inspect, text

from glm_slackbot.storage.database import Database

HEAD = "0002"
"""The newest version; a test compares it with the scripts."""

BACK_TO_THE_NEWER = "deploy the newer version again, or restore a backup"


class NewerSchema(Exception):
    """The database has a version that none of our scripts made: a newer program was here."""

    def __init__(self, version: str) -> None:
        super().__init__(f"schema {version} is newer than this program's, {HEAD}")
        self.version = version


class DatabaseUnreachable(OSError):
    """There is no way to the server. By itself an OSError would not tell what it was about."""


async def migrate(database: Database) -> bool:
    """Bring the schema to HEAD; answers whether there was anything to do.

    Raises DatabaseUnreachable, and NewerSchema, having changed nothing.
    """
    try:
        version = await schema_version(database)
    except OSError as fault:
        raise DatabaseUnreachable(str(fault) or "no answer in time") from fault
    if version == HEAD:
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
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.attributes["connection"] = connection
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    # Read anew: a process of a newer program may have had the lock before us.
    version = _version(connection)
    if version is not None and version not in known:
        raise NewerSchema(version)
    command.upgrade(config, "head")
