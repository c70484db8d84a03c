"""What counts in a person's quota, and one more image row for a job that exists already."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from glm_slackbot.domain.job import Job, Origin, Outcome
from glm_slackbot.domain.quota import DAY_SECONDS, daily_quota_error, exceeds
from glm_slackbot.storage.tables import images


@dataclass(frozen=True, slots=True)
class Reservation:
    """What a new image row counts: the day's quota it must fit in, and its price."""

    daily_images: int
    cost_micros: int
    currency: str
    now: float


def workspace_lock(origin: Origin) -> str:
    """Quotas are read and spent under this lock: two readers at once would both find room."""
    return f"workspace:{origin.team_id}"


async def counted_times(connection: AsyncConnection, origin: Origin, now: float) -> Sequence[float]:
    """When the images were asked for that count in the person's day up to ``now``."""
    counted = await connection.scalars(
        select(images.c.created_at).where(
            images.c.team_id == origin.team_id,
            images.c.user_id == origin.user_id,
            images.c.in_quota,
            images.c.created_at > now - DAY_SECONDS,
        )
    )
    return counted.all()


async def reserve_image(connection: AsyncConnection, job: Job, reservation: Reservation) -> None:
    """Write one more image row, counted anew. Raises QuotaError."""
    allowed = reservation.daily_images
    times = await counted_times(connection, job.origin, reservation.now)
    if exceeds(used=len(times), asked=1, allowed=allowed):
        raise daily_quota_error(times, asked=1, allowed=allowed)
    next_position = (
        select(func.max(images.c.position) + 1).where(images.c.job_id == job.id).scalar_subquery()
    )
    await connection.execute(
        insert(images).values(
            job_id=job.id,
            position=next_position,
            team_id=job.origin.team_id,
            user_id=job.origin.user_id,
            created_at=reservation.now,
            in_quota=True,
            cost_micros=reservation.cost_micros,
            currency=reservation.currency,
            outcome=Outcome.PENDING,
        )
    )
