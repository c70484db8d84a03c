"""Whether anything is left to do: for those who wait until the bot is at rest."""

from __future__ import annotations

from sqlalchemy import exists, or_, select

from glm_slackbot.domain.job import JobStatus
from glm_slackbot.storage.database import Database
from glm_slackbot.storage.tables import drafts, jobs


async def is_at_rest(database: Database) -> bool:
    """No job waits, runs or must still be closed, and no draft waits for its card."""
    unfinished = jobs.c.status.in_((JobStatus.QUEUED, JobStatus.RUNNING))
    query = select(
        exists().where(or_(unfinished, jobs.c.closing_due)),
        exists().where(drafts.c.answer_due),
    )
    async with database.read() as connection:
        return not any((await connection.execute(query)).one())
