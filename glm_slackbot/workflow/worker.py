"""The worker: claims jobs, runs them, keeps their leases, and stops in time."""

from __future__ import annotations

import asyncio
import contextlib
import traceback
from collections import Counter
from collections.abc import AsyncIterator, Collection, Coroutine
from contextlib import asynccontextmanager
from typing import Any

import structlog

from glm_slackbot.domain.errors import BotError, UpstreamError
from glm_slackbot.domain.job import Draft, Job, JobStatus
from glm_slackbot.observe import traceback_of
from glm_slackbot.storage.checkpoints import LeaseLost
from glm_slackbot.storage.claims import RENEW_SECONDS
from glm_slackbot.workflow.cleanup import clean_up
from glm_slackbot.workflow.closing import close_job
from glm_slackbot.workflow.notify import send_notices
from glm_slackbot.workflow.reader import in_its_readers_language
from glm_slackbot.workflow.run import run_job
from glm_slackbot.workflow.services import Services
from glm_slackbot.workflow.settle import end_without_images, settle_rest
from glm_slackbot.workflow.waiting import tell_who_waits

log = structlog.get_logger(__name__)

LOOK_SECONDS = 1.0
"""How often the database is asked for work that another process, or the clock, has made due."""
STOP_SECONDS = 18.0
"""How long running jobs may take to end after SIGTERM; hosts kill after 30 s."""
LAST_ROUND_SECONDS = 2.0
WAIT_NOTE_SECONDS = 5.0
NOTICE_SECONDS = 5.0
CLEAN_UP_SECONDS = 60.0
UNEXPECTED_TRIES = 3
"""How often in a row this process tries a job that fails in no words of ours."""
WRITE_DOWN_PAUSE = 2.0
ANSWER_TRIES = 12


class Worker:
    """One process's worker. ``run`` until cancelled by ``stop``."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._running: set[asyncio.Task[None]] = set()
        self._faults: Counter[str] = Counter()

    async def run(self) -> None:
        """Claim and run until stopped."""
        while not self._services.worker_state.stopping:
            self._services.bell.clear()
            try:
                await self._claim_all()
                self._services.worker_state.alive_at = self._services.clock.now()
            except Exception as fault:  # a database away for a minute must not end the worker
                log.exception(
                    "the worker could not ask for work; it goes on", **traceback_of(fault)
                )
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._services.bell.wait(), LOOK_SECONDS)

    async def keep_leases(self) -> None:
        """Renew this process's leases while anything runs."""
        while True:
            await asyncio.sleep(RENEW_SECONDS)
            if self._running:
                with _logged("the leases could not be renewed"):
                    await self._services.claims.renew()

    async def watch_waiting(self) -> None:
        """Tell those who wait long, and count the queue."""
        while True:
            await asyncio.sleep(WAIT_NOTE_SECONDS)
            with _logged("the queue could not be looked at"):
                await tell_who_waits(self._services)

    async def send_notices(self) -> None:
        """Tell admins what they should know."""
        while True:
            await self._services.clock.sleep(NOTICE_SECONDS)
            with _logged("the notices could not be sent"):
                await send_notices(self._services)

    async def clean_up(self) -> None:
        """Erase what is kept no longer."""
        while True:
            await self._services.clock.sleep(CLEAN_UP_SECONDS)
            with _logged("what is kept no longer could not be erased"):
                await clean_up(self._services)

    def stop_claiming(self) -> None:
        """Claim and buy nothing more; what is ordered goes on."""
        self._services.worker_state.stopping = True
        self._services.bell.set()

    async def finish(self) -> None:
        """Give what runs a bounded time, and give the rest back to whoever lives."""
        if self._running:
            log.info("waiting for running jobs", jobs=len(self._running))
            patience: asyncio.Future[Any] = asyncio.ensure_future(
                self._services.clock.sleep(STOP_SECONDS)
            )
            jobs: asyncio.Future[Any] = asyncio.gather(*self._running, return_exceptions=True)
            await asyncio.wait({patience, jobs}, return_when=asyncio.FIRST_COMPLETED)
            patience.cancel()
        for task in tuple(self._running):
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)
        await self._services.claims.release_all()

    async def _claim_all(self) -> None:
        claims, now = self._services.claims, self._services.clock.now()
        due = await claims.due(now)
        while self._wants(due.drafts) and (claimed := await claims.next_draft(now)) is not None:
            self._start(self._answer_draft(*claimed))
        while self._wants(due.closings) and (job := await claims.next_closing(now)) is not None:
            self._start(self._guard(job, close_job(self._services, job)))
        while (
            self._wants(due.jobs)
            and (job := await claims.next_job(now, self._concurrency)) is not None
        ):
            self._start(self._guard(job, run_job(self._services, job)))

    def _wants(self, there_is_work: bool) -> bool:
        return there_is_work and not self._services.worker_state.stopping

    def _concurrency(self, api_key_id: str) -> int:
        return self._services.pace.concurrency(api_key_id, self._services.clock.now())

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        task.add_done_callback(lambda _: self._services.bell.set())

    async def _guard(self, job: Job, work: Coroutine[Any, Any, None]) -> None:
        """What leaves a job by this door is told with a reference that is in the log too."""
        with structlog.contextvars.bound_contextvars(job=job.id, attempt=job.attempt):
            try:
                await work
            except LeaseLost:
                log.warning("another process has the job now")
            except Exception:  # noqa: BLE001  # the second of the two doors for errors
                log.error("a job failed unexpectedly", traceback=traceback.format_exc())
                await self._write_down(job)
            else:
                self._faults.pop(job.id, None)

    async def _write_down(self, job: Job) -> None:
        """Until the database takes it: the lease is ours as long as we live."""
        self._faults[job.id] += 1
        while True:
            with _logged("the failure could not be written down"):
                await self._after_unexpected(job)
                return
            await self._services.clock.sleep(WRITE_DOWN_PAUSE)

    async def _after_unexpected(self, job: Job) -> None:
        """Try again from the last checkpoint; then end it in words."""
        current = await self._services.jobs.job(job.id)
        if current is None or current.attempt != job.attempt:
            return
        faults = self._faults[job.id]
        later = self._services.clock.now() + 2.0 * faults
        if faults >= UNEXPECTED_TRIES:
            del self._faults[job.id]
            await self._give_up(current)
        elif current.status is JobStatus.RUNNING:
            await self._services.checkpoints.postpone(current, later)
        else:
            await self._services.checkpoints.close_later(current, later)

    async def _give_up(self, job: Job) -> None:
        if job.status is not JobStatus.RUNNING:
            await self._services.checkpoints.closed(job)
            return
        error = UpstreamError("error.unexpected", reference=job.id)
        await settle_rest(self._services, job, job.images, error)
        job = await self._services.jobs.job(job.id) or job
        await close_job(self._services, await end_without_images(self._services, job, error))

    async def _answer_draft(self, draft: Draft, attempt: int) -> None:
        checkpoints = self._services.checkpoints
        with _logged("a card could not be posted"):
            if await self._is_posted(draft) or attempt >= ANSWER_TRIES:
                await checkpoints.draft_answered(draft)
                return
        with _logged("a card could not be put off"):
            later = self._services.clock.now() + min(600.0, 2.0**attempt)
            await checkpoints.answer_draft_later(draft, later)

    async def _is_posted(self, draft: Draft) -> bool:
        try:
            await self._services.delivery.answer_draft(
                await in_its_readers_language(self._services, draft)
            )
        except BotError as error:
            log.warning("a card could not be posted", draft=draft.id, reason=str(error))
            return False
        return True


@contextlib.contextmanager
def _logged(what: str) -> Any:
    """What fails here is tried again in a few seconds; until then the log tells."""
    try:
        yield
    except LeaseLost:
        log.warning("another process has the job now")
    except Exception as fault:
        log.exception(what, **traceback_of(fault))


@asynccontextmanager
async def running_worker(services: Services) -> AsyncIterator[Worker]:
    """Run a worker for the length of the block."""
    worker = Worker(services)
    claiming = asyncio.create_task(worker.run())
    aside = (
        worker.keep_leases(),
        worker.watch_waiting(),
        worker.send_notices(),
        worker.clean_up(),
    )
    loops = [asyncio.create_task(work) for work in aside]
    try:
        yield worker
    finally:
        worker.stop_claiming()
        await _ended([claiming], LAST_ROUND_SECONDS)
        await worker.finish()
        await _ended(loops, 0.0)


async def _ended(tasks: Collection[asyncio.Task[None]], seconds: float) -> None:
    """Let them end by themselves for so long, then cancel them."""
    if seconds:
        await asyncio.wait(tasks, timeout=seconds)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
