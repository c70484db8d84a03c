"""A workspace that removed the bot: all of it goes but audit rows and what jobs cost."""

from __future__ import annotations

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from glm_slackbot.storage.audit import AuditEntry, write_audit
from glm_slackbot.storage.database import Database
from glm_slackbot.storage.ending import end_jobs
from glm_slackbot.storage.erasing import erase_held
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
    """Remove an installation and all that belongs to it, in one transaction.

    False where that installation is gone already, or was made again since: a copy of an event
    does nothing.
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
        for table in (workspaces, notices, drafts, people):
            await connection.execute(delete(table).where(table.c.workspace_id == id_))
        await _end_and_erase(connection, id_, entry.at)
        await write_audit(connection, entry)
    await database.rewrite()
    return True


async def _end_and_erase(connection: AsyncConnection, workspace_id: str, now: float) -> None:
    """Cancel what waits or runs, and erase what was asked for."""
    theirs = jobs.c.workspace_id == workspace_id
    await end_jobs(connection, theirs)
    kept = select(jobs.c.id, jobs.c.error).where(theirs, jobs.c.erased_at.is_(None))
    found = (await connection.execute(kept.with_for_update())).all()
    await erase_held(connection, found, now)
