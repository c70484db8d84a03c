"""``glm-slackbot forget``: what waits is cancelled, what runs may end, and then all is erased."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass

from glm_slackbot.storage.database import Database
from glm_slackbot.storage.ending import end_abandoned, queued_jobs, unfinished
from glm_slackbot.storage.forgetting import forget
from glm_slackbot.storage.jobs import JobStore
from glm_slackbot.storage.scope import Scope

LOOK = 0.5


@dataclass(frozen=True, slots=True)
class Forgotten:
    """``left``: requests that a process still works on; they need another run.

    ``is_rewritten``: whether SQLite's file has no shreds any more of what was erased.
    """

    people: int
    left: int
    is_rewritten: bool = True


async def forget_beside(
    database: Database,
    scope: Scope,
    *,
    patience: float = 0.0,
    now: Callable[[], float] = time.time,
) -> Forgotten:
    """Forget, while a process may be serving; what it works on may end within ``patience`` s."""
    store = JobStore(database)
    for job_id in await queued_jobs(database, scope):
        await store.cancel(job_id)
    until = now() + patience
    while await unfinished(database, scope) and now() < until:  # noqa: ASYNC110
        await asyncio.sleep(LOOK)  # another process ends them, and rings no bell here
    await end_abandoned(database, scope)
    people = await forget(database, scope, now())
    is_rewritten = await database.rewrite()
    return Forgotten(people, await unfinished(database, scope), is_rewritten)
