"""Accepting requests: every request that waits goes into one transaction together.

One commit a request would make two hundred requests at once wait for two hundred disk syncs;
a group of them costs a handful of statements and one sync, whatever its number.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

import structlog
from sqlalchemy.exc import DBAPIError, OperationalError, SQLAlchemyError, StatementError

from glm_slackbot.domain.errors import BotError
from glm_slackbot.observe import traceback_of
from glm_slackbot.storage.accepting import delete_queued, write_entries
from glm_slackbot.storage.database import Database
from glm_slackbot.storage.entries import Accepted, Answer, Duplicate, Entry, NewJob

log = structlog.get_logger(__name__)


@dataclass(eq=False, slots=True)
class _Waiting:
    entry: Entry
    answer: asyncio.Future[Accepted | Duplicate]


class Acceptor:
    """Writes jobs and drafts down, in groups. Raises BotError for a job over its limits."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._waiting: list[_Waiting] = []
        self._writing: asyncio.Task[None] | None = None

    async def accept(self, entry: Entry) -> Accepted | Duplicate:
        """Returns once the row is committed."""
        waiting = _Waiting(entry, asyncio.get_running_loop().create_future())
        self._waiting.append(waiting)
        if self._writing is None:
            self._writing = asyncio.create_task(self._write_groups())
        return await waiting.answer

    async def _write_groups(self) -> None:
        try:
            while self._waiting:
                group, self._waiting = self._waiting, []
                await self._write_group([w for w in group if not w.answer.done()])
        finally:
            self._writing = None

    async def _write_group(self, group: Sequence[_Waiting]) -> None:
        try:
            answers = await write_entries(self._database, [w.entry for w in group])
        except Exception as error:  # noqa: BLE001  # told to each waiter, none of whom wrote
            await self._write_alone(group, error)
            return
        # Everyone is told before anything is taken back: that may fail, and is nobody's answer.
        left = [w for w, answer in zip(group, answers, strict=True) if not _told(w, answer)]
        for waiting in left:
            await self._take_back(waiting.entry)

    async def _write_alone(self, group: Sequence[_Waiting], error: Exception) -> None:
        """One bad entry must not fail its neighbours; a database that is away fails them all."""
        if len(group) > 1 and _may_be_one_entrys_fault(error):
            for waiting in group:
                await self._write_group([waiting])
            return
        for waiting in group:
            if not waiting.answer.done():
                waiting.answer.set_exception(error)

    async def _take_back(self, entry: Entry) -> None:
        """Who asked has left, told that it could not be written: so it must not be bought.

        The row is deleted, so that the same request sent again is none of its copies.
        """
        if not isinstance(entry, NewJob):
            return
        try:
            async with self._database.write() as connection:
                await delete_queued(connection, entry.job.id)
        except (SQLAlchemyError, OSError) as fault:
            log.exception("a job could not be taken back", job=entry.job.id, **traceback_of(fault))


def _told(waiting: _Waiting, answer: Answer) -> bool:
    """Tell the one who waits; False where that one has left and something was written."""
    if waiting.answer.done():
        return not isinstance(answer, Accepted)
    if isinstance(answer, BotError):
        waiting.answer.set_exception(answer)
    else:
        waiting.answer.set_result(answer)
    return True


def _may_be_one_entrys_fault(error: Exception) -> bool:
    """Values that the database cannot take, rather than a database that takes none."""
    if isinstance(error, OperationalError):
        return False
    if isinstance(error, DBAPIError):
        return not error.connection_invalidated
    return isinstance(error, (StatementError, ValueError, TypeError))
