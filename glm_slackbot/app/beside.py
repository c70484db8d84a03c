"""The database for a command that runs beside a serving process: no lock, and no migration."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from glm_slackbot.app.settings import Settings
from glm_slackbot.app.settings_error import SettingsError
from glm_slackbot.app.start_faults import StartFault, named_by_variable
from glm_slackbot.storage.address import SqliteAddress
from glm_slackbot.storage.database import Database
from glm_slackbot.storage.exporting import known_workspaces
from glm_slackbot.storage.migrations import HEAD, DatabaseUnreachable, schema_version


@asynccontextmanager
async def database_beside(settings: Settings) -> AsyncIterator[Database]:
    """The database for the length of the block. Raises SettingsError where it has not our tables,
    StartFault where it cannot be reached.

    SQLite takes turns with whoever serves; only serving twice is forbidden.
    """
    address = settings.database_address
    if isinstance(address, SqliteAddress) and not address.path.exists():
        raise SettingsError([f"DATABASE_URL: {address} is not there"])
    database = Database(address)
    try:
        with named_by_variable(settings):
            version = await _version(database)
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


async def _version(database: Database) -> str | None:
    try:
        return await schema_version(database)
    except OSError as fault:
        raise DatabaseUnreachable(str(fault) or "no answer in time") from fault


async def need_known(database: Database, workspace_id: str) -> None:
    """Raises StartFault for a workspace that no row names: a slip would pass for an empty one."""
    known = await known_workspaces(database)
    if workspace_id not in known:
        there = ", ".join(known[:_MOST_NAMED]) or "none yet"
        more = ", …" if len(known) > _MOST_NAMED else ""
        line = f"nothing is known of {workspace_id}; the database has {there}{more}"
        raise StartFault(line, is_mistake=False)


_MOST_NAMED = 20
