"""One more image row for a job that exists already, counted anew."""

from __future__ import annotations

from sqlalchemy import func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from glm_slackbot.domain.job import Job, Outcome
from glm_slackbot.storage.database import Database
from glm_slackbot.storage.limits import Usage, Wish
from glm_slackbot.storage.notices import write_notice
from glm_slackbot.storage.tables import images


async def reserve_image(
    database: Database, connection: AsyncConnection, job: Job, wish: Wish
) -> None:
    """Write one more image row. Raises BotError where it does not fit the workspace's limits."""
    usage = await Usage.read(connection, [wish])
    await usage.check(connection, wish)
    next_position = (
        select(func.max(images.c.position) + 1).where(images.c.job_id == job.id).scalar_subquery()
    )
    await connection.execute(
        insert(images).values(
            job_id=job.id,
            position=next_position,
            workspace_id=job.origin.workspace_id,
            user_id=job.origin.user_id,
            channel_id=job.origin.channel_id,
            created_at=wish.at,
            in_quota=True,
            cost_micros=wish.cost_micros,
            currency=wish.currency,
            outcome=Outcome.PENDING,
        )
    )
    for cause in usage.add(wish):
        await write_notice(database, connection, wish.origin, cause, {}, wish.at)
