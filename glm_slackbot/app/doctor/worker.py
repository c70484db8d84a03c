"""The worker, by the traces it leaves: the serving lock, leases, and what waits in the rows."""

from __future__ import annotations

import fcntl
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sqlalchemy import and_, case, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from glm_slackbot.app.doctor.finding import Finding, failed, fine, unknown
from glm_slackbot.domain.job import JobStatus
from glm_slackbot.storage.address import Address, SqliteAddress
from glm_slackbot.storage.database import Database
from glm_slackbot.storage.tables import drafts, jobs

STUCK_SECONDS: Final = 60.0
"""A lease that ended so long ago should have been taken over many times."""


@dataclass(frozen=True, slots=True)
class Queue:
    """How many jobs wait, run, and have something to tell; how many leases are alive or dead."""

    waiting: int
    running: int
    closing: int
    alive: int
    stuck: int

    def __str__(self) -> str:
        return f"jobs waiting: {self.waiting}, running: {self.running}, closing: {self.closing}"


async def check_worker(connection: AsyncConnection, address: Address) -> Finding:
    """Whether a process serves this database, and whether its work goes on."""
    queue = await _queue(connection, Database(address))
    serves = queue.alive > 0
    if isinstance(address, SqliteAddress):
        serves = is_locked(address.lock_path)
    if serves and not queue.stuck:
        return fine("worker", f"a process serves; {queue}")
    if serves:
        words = f"a process serves, but jobs whose worker died stand still: {queue.stuck}; {queue}"
        return failed("worker", words, "restart `glm-slackbot serve`, and look at its log")
    if queue.waiting or queue.running or queue.closing:
        return failed("worker", f"no process works on the jobs; {queue}", "`glm-slackbot serve`")
    if isinstance(address, SqliteAddress):
        return unknown("worker", f"not running: `glm-slackbot serve` starts it; {queue}")
    return unknown("worker", f"it cannot be told whether a process serves, for it is idle; {queue}")


def is_locked(path: Path) -> bool:
    """Whether a process holds the serving lock. Makes no file, and keeps no lock."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    try:
        # Shared, so that two doctors do not see each other; given back at once by the close.
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False


async def _queue(connection: AsyncConnection, clock: Database) -> Queue:
    now = clock.now()
    is_waiting = jobs.c.status == JobStatus.QUEUED
    is_running = jobs.c.status == JobStatus.RUNNING
    is_dead = or_(jobs.c.lease_until.is_(None), jobs.c.lease_until < now - STUCK_SECONDS)
    counts = [
        is_waiting,
        is_running,
        and_(jobs.c.closing_due, jobs.c.status.not_in([JobStatus.QUEUED, JobStatus.RUNNING])),
        jobs.c.lease_until >= now,
        and_(is_running, is_dead),
    ]
    sums = [func.coalesce(func.sum(case((count, 1), else_=0)), 0) for count in counts]
    waiting, running, closing, alive, stuck = (await connection.execute(select(*sums))).one()
    drafts_alive = await connection.scalar(
        select(func.count()).select_from(drafts).where(drafts.c.lease_until >= now)
    )
    return Queue(waiting, running, closing, alive + (drafts_alive or 0), stuck)
