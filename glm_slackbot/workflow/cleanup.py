"""Retention: prompts and links for as long as a workspace wants, rows for 25 months."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any, Final

import structlog
from sqlalchemy import and_

from glm_slackbot.domain.job import JobStatus
from glm_slackbot.domain.quota import DAY_SECONDS
from glm_slackbot.domain.workspace import KEEP_PROMPTS_DAYS
from glm_slackbot.storage.chores import chore_taken_at, take_chore
from glm_slackbot.storage.erasing import (
    BATCH,
    drop_drafts,
    drop_jobs,
    drop_notices,
    erase_drafts,
    erase_jobs,
    erased_since,
)
from glm_slackbot.storage.tables import drafts, jobs
from glm_slackbot.workflow.services import Services

log = structlog.get_logger(__name__)

ROWS_SECONDS: Final = 25 * 365.25 / 12 * DAY_SECONDS
"""25 months: the month that is over, and the same of the two years before, can be compared."""
EVERY: Final = 50.0
"""Seconds during which no other process looks."""
EVERY_HOUR: Final = 3600.0
PAUSE: Final = 0.05
"""Seconds between two batches, in which others write."""
DELIVERED: Final = (JobStatus.DELIVERED, JobStatus.CANCELLED)


async def clean_up(services: Services) -> None:
    """Erase and drop what is kept no longer, unless another process just did."""
    now = services.clock.now()
    if not await take_chore(services.database, "cleanup", now, every=EVERY):
        return
    await _leave_no_shreds(services, now, has_erased=await _erase_what_is_over(services, now) > 0)
    if await take_chore(services.database, "drop", now, every=EVERY_HOUR):
        await _drop(services, now - ROWS_SECONDS)


async def _leave_no_shreds(services: Services, now: float, *, has_erased: bool) -> None:
    """What was erased stands in no file of SQLite's: the -wal at once, moved pages within a day."""
    database, chore = services.database, "rewrite"
    rewritten_at = await chore_taken_at(database, chore, every=DAY_SECONDS)
    is_due = rewritten_at <= now - DAY_SECONDS and await erased_since(database, rewritten_at)
    if is_due and await take_chore(database, chore, now, every=DAY_SECONDS):
        await database.rewrite()
    elif has_erased:
        await database.sweep()


async def _erase_what_is_over(services: Services, now: float) -> int:
    """By each workspace's days; how many requests and messages there were."""
    saved = await services.workspaces.all()
    erased = 0
    for workspace in saved:
        erased += await _erase_of(
            services, workspace.workspace_id, workspace.settings.prompt_days, now
        )
    others = [workspace.workspace_id for workspace in saved]
    return erased + await _erase(
        services,
        jobs.c.workspace_id.not_in(others),
        drafts.c.workspace_id.not_in(others),
        now - KEEP_PROMPTS_DAYS * DAY_SECONDS,
    )


async def _erase_of(services: Services, workspace_id: str, days: int, now: float) -> int:
    of_jobs = jobs.c.workspace_id == workspace_id
    of_drafts = drafts.c.workspace_id == workspace_id
    erased = 0
    if days == 0:
        # What came to nothing is kept a day: its Try again and its admins' yes need it.
        delivered = and_(of_jobs, jobs.c.status.in_(DELIVERED))
        erased = await _all(services, lambda: erase_jobs(services.database, delivered, now))
    before = now - max(days, 1) * DAY_SECONDS
    return erased + await _erase(services, of_jobs, of_drafts, before)


async def _erase(services: Services, of_jobs: Any, of_drafts: Any, before: float) -> int:
    database, now = services.database, services.clock.now()
    old_jobs = and_(of_jobs, jobs.c.created_at < before)
    old_drafts = and_(of_drafts, drafts.c.created_at < before)
    count = await _all(services, lambda: erase_jobs(database, old_jobs, now))
    return count + await _all(services, lambda: erase_drafts(database, old_drafts, now))


async def _drop(services: Services, before: float) -> None:
    await _all(services, lambda: drop_jobs(services.database, before))
    await _all(services, lambda: drop_drafts(services.database, before))
    await drop_notices(services.database, datetime.fromtimestamp(before, UTC).date().isoformat())


async def _all(services: Services, one_batch: Callable[[], Awaitable[int]]) -> int:
    """Batch after batch, until one is not full; how many there were in all."""
    count = last = await one_batch()
    while last == BATCH:
        await services.clock.sleep(PAUSE)
        last = await one_batch()
        count += last
    return count
