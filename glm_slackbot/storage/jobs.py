"""Jobs and drafts: reading them, and the moves that a person's button asks for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, and_, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from glm_slackbot.domain.imagine import ImageRequest
from glm_slackbot.domain.job import Draft, Image, Job, JobStatus, Outcome
from glm_slackbot.domain.quota import DAY_SECONDS, daily_quota_error, exceeds
from glm_slackbot.storage.database import Database
from glm_slackbot.storage.rows import draft_of, job_of, request_of
from glm_slackbot.storage.tables import drafts, images, jobs


@dataclass(frozen=True, slots=True)
class Reservation:
    """What a new image row counts: the day's quota it must fit in, and its price."""

    daily_images: int
    cost_micros: int
    currency: str
    now: float


class JobStore:
    """Reads jobs and drafts, and moves what waits."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def job(self, job_id: str) -> Job | None:
        """One job with its images."""
        async with self._database.read() as connection:
            return await _job(connection, job_id)

    async def draft(self, draft_id: str) -> Draft | None:
        """One draft."""
        async with self._database.read() as connection:
            result = await connection.execute(select(drafts).where(drafts.c.id == draft_id))
            row = result.mappings().one_or_none()
        return None if row is None else draft_of(row)

    async def last_request(
        self, team_id: str, channel_id: str, thread_ts: str
    ) -> ImageRequest | None:
        """The last request with a prompt in a thread, or of the image that the thread hangs on."""
        in_thread = and_(
            jobs.c.channel_id == channel_id,
            or_(jobs.c.thread_ts == thread_ts, jobs.c.message_ts == thread_ts),
        )
        under_result = and_(
            jobs.c.post_channel == channel_id,
            or_(jobs.c.result_ts == thread_ts, jobs.c.post_thread == thread_ts),
        )
        query = (
            select(jobs)
            .where(jobs.c.team_id == team_id, or_(in_thread, under_result), jobs.c.prompt != "")
            .order_by(jobs.c.created_at.desc(), jobs.c.id.desc())
        )
        async with self._database.read() as connection:
            row = (await connection.execute(query.limit(1))).mappings().one_or_none()
        return None if row is None else request_of(row)

    async def cancel(self, job_id: str) -> Job | None:
        """Cancel what still waits; None when it no longer does.

        What was submitted before stays counted, in quota and money.
        """
        async with self._database.write() as connection:
            result = await connection.execute(
                update(jobs)
                .where(jobs.c.id == job_id, jobs.c.status == JobStatus.QUEUED)
                .values(status=JobStatus.CANCELLED)
            )
            if result.rowcount != 1:
                return None
            await _cancel_images(connection, job_id)
            return await _job(connection, job_id)

    async def requeue(
        self, job: Job, reservation: Reservation, *, response_url: str | None
    ) -> bool:
        """Queue an ended job again; False when it is not in that state any more.

        A purchase with a task is polled again, an image that is bought is delivered again; only
        an unsure purchase without a task becomes a new image row, counted anew.
        """
        async with self._database.write(locks=[f"workspace:{job.origin.team_id}"]) as connection:
            moved = await connection.execute(
                update(jobs)
                .where(jobs.c.id == job.id, jobs.c.status == job.status)
                .values(
                    status=JobStatus.QUEUED,
                    next_at=reservation.now,
                    asked_at=reservation.now,
                    retried_at=reservation.now,
                    busy_since=None,
                    closing_due=False,
                    error=None,
                    **({"response_url": response_url} if response_url else {}),
                )
            )
            if moved.rowcount != 1:
                return False
            for image in job.images:
                await _resume(connection, job, image, reservation)
        return True

    async def add_image(self, job: Job, reservation: Reservation) -> Image:
        """One more image row for a job whose retried purchase turned out to have failed."""
        async with self._database.write(locks=[f"workspace:{job.origin.team_id}"]) as connection:
            await _add_image(connection, job, reservation)
            fresh = await _job(connection, job.id)
        assert fresh is not None
        return fresh.images[-1]

    async def counts(self) -> Mapping[str, int]:
        """How many jobs wait and run, by status."""
        query = (
            select(jobs.c.status, func.count())
            .where(jobs.c.status.in_((JobStatus.QUEUED, JobStatus.RUNNING)))
            .group_by(jobs.c.status)
        )
        async with self._database.read() as connection:
            return {status: count for status, count in await connection.execute(query)}

    async def ahead_of(self, job: Job) -> int:
        """How many unfinished jobs are older than this one."""
        query = select(func.count()).where(
            jobs.c.status.in_((JobStatus.QUEUED, JobStatus.RUNNING)),
            jobs.c.created_at < job.created_at,
        )
        async with self._database.read() as connection:
            return await connection.scalar(query) or 0

    async def waiting_long(self, before: float) -> list[Job]:
        """Queued since ``before`` or longer, whose asker has not been told so."""
        query = (
            select(jobs)
            .where(
                jobs.c.status == JobStatus.QUEUED,
                jobs.c.asked_at < before,
                jobs.c.wait_noted_at.is_(None),
            )
            .limit(20)
        )
        async with self._database.read() as connection:
            return [job_of(row) for row in (await connection.execute(query)).mappings()]

    async def take_wait_note(self, job: Job, now: float) -> bool:
        """Whether the note about the long wait is this process's to send: once a job."""
        async with self._database.write() as connection:
            result = await connection.execute(
                update(jobs)
                .where(
                    jobs.c.id == job.id,
                    jobs.c.status == JobStatus.QUEUED,
                    jobs.c.wait_noted_at.is_(None),
                )
                .values(wait_noted_at=now)
            )
        return result.rowcount == 1


async def _job(connection: AsyncConnection, job_id: str) -> Job | None:
    row = (await connection.execute(select(jobs).where(jobs.c.id == job_id))).mappings()
    found = row.one_or_none()
    if found is None:
        return None
    return job_of(found, (await connection.execute(_images_of(job_id))).mappings())


def _images_of(job_id: str) -> Select[Any]:
    return select(images).where(images.c.job_id == job_id)


async def _cancel_images(connection: AsyncConnection, job_id: str) -> None:
    waiting = and_(images.c.job_id == job_id, images.c.outcome == Outcome.PENDING)
    await connection.execute(
        update(images)
        .where(waiting, images.c.submit_intent_at.is_(None))
        .values(in_quota=False, cost_micros=0, outcome=Outcome.CANCELLED)
    )
    await connection.execute(update(images).where(waiting).values(outcome=Outcome.CANCELLED))


async def _resume(
    connection: AsyncConnection, job: Job, image: Image, reservation: Reservation
) -> None:
    if image.outcome is Outcome.UNSURE and image.task_id is None:
        await _add_image(connection, job, reservation)
    elif image.outcome in (Outcome.UNSURE, Outcome.LOST):
        outcome = Outcome.BOUGHT if image.image_url else Outcome.PENDING
        await connection.execute(
            update(images).where(images.c.id == image.id).values(outcome=outcome)
        )


async def _add_image(connection: AsyncConnection, job: Job, reservation: Reservation) -> None:
    origin, since = job.origin, reservation.now - DAY_SECONDS
    counted = select(images.c.created_at).where(
        images.c.team_id == origin.team_id,
        images.c.user_id == origin.user_id,
        images.c.in_quota,
        images.c.created_at > since,
    )
    times = list(await connection.scalars(counted))
    if exceeds(used=len(times), asked=1, allowed=reservation.daily_images):
        raise daily_quota_error(times, asked=1, allowed=reservation.daily_images)
    last = await connection.scalar(
        select(func.max(images.c.position)).where(images.c.job_id == job.id)
    )
    await connection.execute(
        insert(images).values(
            job_id=job.id,
            position=(last or 0) + 1,
            team_id=origin.team_id,
            user_id=origin.user_id,
            created_at=reservation.now,
            in_quota=True,
            cost_micros=reservation.cost_micros,
            currency=reservation.currency,
            outcome=Outcome.PENDING,
        )
    )
