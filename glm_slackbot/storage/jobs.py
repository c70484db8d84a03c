"""Jobs and drafts: reading them, and the moves that a person's button asks for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Select, Update, and_, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from glm_slackbot.domain.imagine import ImageRequest
from glm_slackbot.domain.job import Draft, Image, Job, JobStatus, Outcome, check_move
from glm_slackbot.storage.checkpoints import LeaseLost
from glm_slackbot.storage.database import Database
from glm_slackbot.storage.limits import Wish, workspace_lock
from glm_slackbot.storage.reserving import reserve_image
from glm_slackbot.storage.rows import draft_of, images_of, job_of, request_of
from glm_slackbot.storage.tables import drafts, images, jobs


class JobStore:
    """Reads jobs and drafts, and moves what waits."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def job(self, job_id: str) -> Job | None:
        """One job with its images."""
        async with self._database.read() as connection:
            return await _job(connection, job_id)

    async def written_under(self, dedupe_key: str) -> Job | None:
        """The job that was written under a key."""
        async with self._database.read() as connection:
            id_ = await connection.scalar(select(jobs.c.id).where(jobs.c.dedupe_key == dedupe_key))
            return None if id_ is None else await _job(connection, id_)

    async def draft(self, draft_id: str) -> Draft | None:
        """One draft."""
        query = select(drafts).where(drafts.c.id == draft_id)
        async with self._database.read() as connection:
            row = (await connection.execute(query)).mappings().one_or_none()
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

        What was submitted before stays counted, in quota and money. A status message that stands
        is removed by the closing steps.
        """
        cancelled = {
            "status": JobStatus.CANCELLED,
            "closing_due": jobs.c.status_ts.is_not(None),
            "next_at": jobs.c.created_at,
        }
        async with self._database.write() as connection:
            result = await connection.execute(
                update(jobs)
                .where(jobs.c.id == job_id, jobs.c.status == JobStatus.QUEUED)
                .values(**cancelled)
            )
            if result.rowcount != 1:
                return None
            await _cancel_images(connection, job_id)
            return await _job(connection, job_id)

    async def requeue(self, job: Job, wish: Wish, *, response_url: str | None) -> bool:
        """Queue an ended job again; False when it is not in that state any more.

        A purchase with a task is polled again, what is bought is delivered again; only an unsure
        purchase without a task becomes a new image row, counted anew. Raises QuotaError.
        """
        check_move(job.status, JobStatus.QUEUED)
        async with self._database.write(locks=[workspace_lock(job.origin)]) as connection:
            await connection.execute(select(jobs.c.id).where(jobs.c.id == job.id).with_for_update())
            ended = await _job(connection, job.id)
            if ended is None or ended.status is not job.status:
                return False
            if ended.request.prompt != job.request.prompt:
                return False  # erased since it was read: nothing is left to buy
            await connection.execute(_requeued(job, wish.at, response_url))
            await _resume(self._database, connection, ended, wish)
        return True

    async def add_image(self, job: Job, wish: Wish) -> Image:
        """One more image row for a job whose retried purchase turned out to have failed.

        Raises QuotaError; LeaseLost where another attempt goes on with the job.
        """
        async with self._database.write(locks=[workspace_lock(job.origin)]) as connection:
            await _hold(connection, job)
            await reserve_image(self._database, connection, job, wish)
            return images_of((await connection.execute(_images_of(job.id))).mappings())[-1]

    async def counts(self) -> Mapping[str, int]:
        """How many jobs wait and run, by status."""
        query = (
            select(jobs.c.status, func.count())
            .where(jobs.c.status.in_((JobStatus.QUEUED, JobStatus.RUNNING)))
            .group_by(jobs.c.status)
        )
        async with self._database.read() as connection:
            return dict((await connection.execute(query)).all())

    async def ahead_of(self, job: Job) -> int:
        """How many unfinished jobs of its API key are older than this one."""
        of_the_same_key = select(jobs.c.api_key_id).where(jobs.c.id == job.id).scalar_subquery()
        query = select(func.count()).where(
            jobs.c.status.in_((JobStatus.QUEUED, JobStatus.RUNNING)),
            jobs.c.api_key_id == of_the_same_key,
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
            .order_by(jobs.c.asked_at)
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


async def _hold(connection: AsyncConnection, job: Job) -> None:
    """Keep other attempts off until this transaction ends; LeaseLost if one has begun."""
    held = select(jobs.c.id).where(
        jobs.c.id == job.id,
        jobs.c.attempt == job.attempt,
        jobs.c.status == JobStatus.RUNNING,
    )
    if await connection.scalar(held.with_for_update()) is None:
        raise LeaseLost


def _images_of(job_id: str) -> Select[Any]:
    return select(images).where(images.c.job_id == job_id)


async def _cancel_images(connection: AsyncConnection, job_id: str) -> None:
    waiting = and_(images.c.job_id == job_id, images.c.outcome == Outcome.PENDING)
    await connection.execute(
        update(images)
        .where(waiting, images.c.submit_intent_at.is_(None))
        .values(in_quota=False, cost_micros=0, outcome=Outcome.CANCELLED)
    )
    await connection.execute(update(images).where(waiting).values(outcome=Outcome.CANCELLED_LATE))


def _requeued(job: Job, now: float, response_url: str | None) -> Update:
    fresh = {"response_url": response_url} if response_url else {}
    return (
        update(jobs)
        .where(jobs.c.id == job.id)
        .values(
            status=JobStatus.QUEUED,
            next_at=now,
            asked_at=now,
            retried_at=now,
            busy_since=None,
            busy_with=None,
            closing_due=False,
            lease_owner=None,  # closing steps that run still must write nothing more
            lease_until=None,
            error=None,
            **fresh,
        )
    )


async def _resume(database: Database, connection: AsyncConnection, job: Job, wish: Wish) -> None:
    """Reopen what can go on; where nothing can, or a purchase is unknown, make new rows."""
    reopened = [(i, o) for i in job.images if (o := _reopens_as(i)) is not None]
    for image, outcome in reopened:
        await connection.execute(
            update(images).where(images.c.id == image.id).values(outcome=outcome, error=None)
        )
    unknown = [i for i in job.images if _is_unknown(i) and not _was_replaced(job, i)]
    missing = len(unknown) if reopened else max(1, len(unknown))
    for _ in range(missing):
        await reserve_image(database, connection, job, wish)


def _reopens_as(image: Image) -> Outcome | None:
    if image.outcome is Outcome.UNSURE and image.task_id is not None:
        return Outcome.PENDING
    if image.outcome is Outcome.LOST and image.image_url is not None:
        return Outcome.BOUGHT
    return None


def _is_unknown(image: Image) -> bool:
    return image.outcome is Outcome.UNSURE and image.task_id is None


def _was_replaced(job: Job, image: Image) -> bool:
    """Whether an earlier Try again has made a new row for this purchase already."""
    return job.retried_at is not None and (image.submit_intent_at or 0.0) < job.retried_at
