"""A workspace that removed the bot: all of it goes but audit rows and what jobs cost."""

from __future__ import annotations

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from glm_slackbot.storage.audit import AuditEntry, write_audit
from glm_slackbot.storage.database import Database
from glm_slackbot.storage.ending import end_jobs
from glm_slackbot.storage.erasing import erase_jobs
from glm_slackbot.storage.installations import Installed
from glm_slackbot.storage.limits import workspace_lock_of
from glm_slackbot.storage.tables import (
    drafts,
    installations,
    jobs,
    notices,
    people,
    workspaces,
)


async def remove_workspace(database: Database, left: Installed, entry: AuditEntry) -> bool:
    """Remove an installation and all that belongs to it.

    False where that installation is gone already, or was made again since: a copy of an event
    does nothing. Where this ends half-way, ``remove_rest`` does what is left.
    """
    id_ = left.workspace_id
    async with database.write(locks=[workspace_lock_of(id_)]) as connection:
        gone = await connection.execute(
            delete(installations).where(
                installations.c.workspace_id == id_,
                installations.c.installed_at == left.installed_at,
            )
        )
        if gone.rowcount == 0:
            return False
        await _delete_and_end(connection, id_)
        await write_audit(connection, entry)
    await _erase_requests(database, id_, entry.at)
    return True


async def remove_rest(database: Database, workspace_id: str, now: float) -> None:
    """Remove what was written while a workspace left; nothing where it has an installation."""
    async with database.write(locks=[workspace_lock_of(workspace_id)]) as connection:
        same = installations.c.workspace_id == workspace_id
        if await connection.scalar(select(installations.c.workspace_id).where(same)) is not None:
            return
        await _delete_and_end(connection, workspace_id)
    await _erase_requests(database, workspace_id, now)


async def _delete_and_end(connection: AsyncConnection, workspace_id: str) -> None:
    for table in (workspaces, notices, drafts, people):
        await connection.execute(delete(table).where(table.c.workspace_id == workspace_id))
    await end_jobs(connection, jobs.c.workspace_id == workspace_id)


async def _erase_requests(database: Database, workspace_id: str, now: float) -> None:
    """In batches: there may be years of them, and other workspaces wait meanwhile."""
    mine = jobs.c.workspace_id == workspace_id
    has_erased = False
    while await erase_jobs(database, mine, now):
        has_erased = True
    # For a copy of the event nobody waits until the whole file is written anew.
    await (database.rewrite() if has_erased else database.sweep())
