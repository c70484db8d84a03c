"""Checkpoints: what a running job has done so far, each a commit of its own.

Every write is fenced by (id, lease owner, attempt): a process that lost its lease, because it
slept or was cut off, can write nothing more to a job that another goes on with.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import Update, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from glm_slackbot.domain.errors import BotError
from glm_slackbot.domain.job import KEPT, Draft, Image, Job, JobStatus, Outcome, check_move
from glm_slackbot.storage.database import Database
from glm_slackbot.storage.limits import Usage, Wish, workspace_lock
from glm_slackbot.storage.notices import write_notice
from glm_slackbot.storage.rows import error_values, job_of, request_values
from glm_slackbot.storage.tables import drafts, images, jobs


class LeaseLost(Exception):
    """Another process has this job now; stop working on it, and write nothing."""


class Checkpoints:
    """Fenced writes to jobs and images of one process (``owner``)."""

    def __init__(self, database: Database, owner: str) -> None:
        self._database = database
        self._owner = owner

    async def note(self, job: Job, **values: Any) -> Job:
        """Commit columns of a job; answers the job with them."""
        async with self._database.write() as connection:
            await self._update_job(connection, job, values)
        return replace(job, **values)

    async def note_prompt(self, job: Job, prompt: str) -> Job:
        """Commit the prompt that had to be found first."""
        request = replace(job.request, prompt=prompt)
        async with self._database.write() as connection:
            values = {**request_values(request), "needs_prompt": False}
            await self._update_job(connection, job, values)
        return replace(job, request=request, needs_prompt=False)

    async def note_image(self, job: Job, image: Image, **values: Any) -> Image:
        """Commit columns of an image; answers the image with them."""
        async with self._database.write() as connection:
            await self._update_image(connection, job, image, values)
        return replace(image, **values)

    async def settle_image(
        self,
        job: Job,
        image: Image,
        outcome: Outcome,
        *,
        error: BotError | None = None,
        **values: Any,
    ) -> Image:
        """Commit how an image ended; its reservation is kept or given back."""
        if not KEPT[outcome].budget:
            values["cost_micros"] = 0
        columns = {**values, "outcome": outcome, "error": error_values(error)}
        if not KEPT[outcome].quota:
            columns["in_quota"] = False
        async with self._database.write() as connection:
            await self._update_image(connection, job, image, columns)
        return replace(image, outcome=outcome, error=error, **values)

    async def reprice(self, job: Job, image: Image, wish: Wish) -> Image:
        """Commit what an image costs where another provider makes it than it was asked of.

        Raises SetupError or QuotaError where the budget has no room for it any more.
        """
        values = {"cost_micros": wish.cost_micros, "currency": wish.currency}
        async with self._database.write(locks=[workspace_lock(job.origin)]) as connection:
            usage = await Usage.read(connection, [wish])
            usage.check_budget(wish)
            await self._update_image(connection, job, image, values)
            for cause in usage.add(wish):
                await write_notice(self._database, connection, wish.origin, cause, {}, wish.at)
        return replace(image, cost_micros=wish.cost_micros, currency=wish.currency)

    async def begin_purchase(
        self, job: Job, image: Image, *, api_key_id: str, concurrency: int, now: float
    ) -> Image | None:
        """Commit the intent to buy, or None while the API key has no room for one more."""
        async with self._database.write(locks=[f"api_key:{api_key_id}"]) as connection:
            in_flight = await connection.scalar(
                select(func.count())
                .select_from(images.join(jobs, images.c.job_id == jobs.c.id))
                .where(
                    images.c.api_key_id == api_key_id,
                    images.c.outcome == Outcome.PENDING,
                    images.c.submit_intent_at.is_not(None),
                    jobs.c.status == JobStatus.RUNNING,
                )
            )
            if (in_flight or 0) >= concurrency:
                return None
            values = {"submit_intent_at": now, "api_key_id": api_key_id}
            await self._update_image(connection, job, image, values)
        return replace(image, submit_intent_at=now)

    async def end(
        self,
        job: Job,
        status: JobStatus,
        *,
        error: BotError | None = None,
        delivered_at: float | None = None,
    ) -> Job:
        """Commit the end of a job; its closing steps are due, and still this process's."""
        check_move(job.status, status)
        values = {"status": status, "error": error_values(error), "delivered_at": delivered_at}
        # What the closing steps wait out is their own trouble.
        values["busy_since"] = values["busy_with"] = None
        async with self._database.write() as connection:
            await self._update_job(connection, job, {**values, "closing_due": True})
            if status is JobStatus.DELIVERED:
                await connection.execute(_deliver_shared(job))
            await connection.execute(_give_back_unsubmitted(job))
            row = await connection.execute(select(jobs).where(jobs.c.id == job.id))
            image_rows = await connection.execute(select(images).where(images.c.job_id == job.id))
            return job_of(row.mappings().one(), image_rows.mappings())

    async def postpone(self, job: Job, next_at: float, **values: Any) -> None:
        """Back to the queue until ``next_at``."""
        check_move(job.status, JobStatus.QUEUED)
        values |= {"status": JobStatus.QUEUED, "next_at": next_at}
        async with self._database.write() as connection:
            await self._update_job(connection, job, {**values, **_RELEASED})

    async def closed(self, job: Job) -> None:
        """The closing steps are done, or given up."""
        await self.note_closing(job, closing_due=False, **_RELEASED)

    async def close_later(self, job: Job, next_at: float, **values: Any) -> None:
        """A closing step failed; another try at ``next_at``."""
        await self.note_closing(job, next_at=next_at, **values, **_RELEASED)

    async def note_closing(self, job: Job, **values: Any) -> None:
        """Commit columns that only the store knows."""
        async with self._database.write() as connection:
            await self._update_job(connection, job, values)

    async def draft_answered(self, draft: Draft) -> None:
        """The draft's card is posted, or given up."""
        await self._update_draft(draft, answer_due=False)

    async def answer_draft_later(self, draft: Draft, next_at: float) -> None:
        """The card could not be posted; another try at ``next_at``."""
        await self._update_draft(draft, next_at=next_at)

    async def _update_draft(self, draft: Draft, **values: Any) -> None:
        async with self._database.write() as connection:
            await connection.execute(
                update(drafts)
                .where(drafts.c.id == draft.id, drafts.c.lease_owner == self._owner)
                .values(**values, **_RELEASED)
            )

    async def _update_job(
        self, connection: AsyncConnection, job: Job, values: Mapping[str, Any]
    ) -> None:
        await _one(connection, update(jobs).where(self._fence(job)).values(**values))

    async def _update_image(
        self, connection: AsyncConnection, job: Job, image: Image, values: Mapping[str, Any]
    ) -> None:
        # FOR SHARE (PostgreSQL): nobody takes the job over before this write is committed.
        fence = select(jobs.c.id).where(self._fence(job)).with_for_update(read=True).exists()
        await _one(
            connection, update(images).where(images.c.id == image.id, fence).values(**values)
        )

    def _fence(self, job: Job) -> Any:
        return (
            (jobs.c.id == job.id)
            & (jobs.c.lease_owner == self._owner)
            & (jobs.c.attempt == job.attempt)
        )


_RELEASED: dict[str, Any] = {"lease_owner": None, "lease_until": None}


async def _one(connection: AsyncConnection, statement: Update) -> None:
    result = await connection.execute(statement)
    if result.rowcount != 1:
        raise LeaseLost


def _is_shared(image: Image) -> bool:
    return image.outcome is Outcome.BOUGHT and image.file_id is not None


def _deliver_shared(job: Job) -> Update:
    return (
        update(images)
        .where(images.c.id.in_([i.id for i in job.images if _is_shared(i)]))
        .values(outcome=Outcome.DELIVERED)
    )


def _give_back_unsubmitted(job: Job) -> Update:
    return (
        update(images)
        .where(
            images.c.job_id == job.id,
            images.c.outcome == Outcome.PENDING,
            images.c.submit_intent_at.is_(None),
        )
        .values(outcome=Outcome.NOT_BOUGHT, in_quota=False, cost_micros=0)
    )
