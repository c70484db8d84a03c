"""The database for a command that runs beside a serving process: no lock, and no migration."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from glm_slackbot.app.settings import Settings
from glm_slackbot.app.settings_error import SettingsError
from glm_slackbot.storage.address import SqliteAddress
from glm_slackbot.storage.database import Database
from glm_slackbot.storage.migrations import HEAD, schema_version


@asynccontextmanager
async def database_beside(settings: Settings) -> AsyncIterator[Database]:
    """The database for the length of the block. Raises SettingsError where it has not our tables.

    SQLite takes turns with whoever serves; only serving twice is forbidden.
    """
    address = settings.database_address
    if isinstance(address, SqliteAddress) and not address.path.exists():
        raise SettingsError([f"DATABASE_URL: {address} is not there"])
    database = Database(address)
    try:
        version = await schema_version(database)
        if version != HEAD:
            raise SettingsError(
                [
                    f"DATABASE_URL: {address} has schema {version or 'none'}, not {HEAD}; "
                    "`glm-slackbot serve` of this version migrates it"
                ]
            )
        yield database
    finally:
        await database.close()
