"""Forgetting people: their words erased, and their ids replaced by one-way marks."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

from sqlalchemy import String, case, cast, delete, or_, select, union, update
from sqlalchemy.ext.asyncio import AsyncConnection

from glm_slackbot.domain.forgotten import is_mark, mark_of
from glm_slackbot.storage.audit import SLACK_ITSELF
from glm_slackbot.storage.database import Database
from glm_slackbot.storage.erasing import (
    BATCH,
    DRAFT_AT_REST,
    JOB_AT_REST,
    Where,
    erase_drafts,
    erase_jobs,
)
from glm_slackbot.storage.own_secrets import own_secret
from glm_slackbot.storage.scope import Scope
from glm_slackbot.storage.tables import (
    audit,
    drafts,
    images,
    installations,
    jobs,
    notices,
    people,
    workspaces,
)

PAUSE: Final = 0.02
"""Seconds between two batches, in which a bot that serves writes."""
_NOBODY: Final = {None, "", SLACK_ITSELF}
_NAMED_BY: Final = ("asker", "told")
"""Where the details of an audit row, and of a notice, name people."""


async def forget(database: Database, scope: Scope, now: float) -> int:
    """Erase and replace all that is at rest; how many people were forgotten."""
    await _batches(lambda: erase_jobs(database, scope.of(jobs), now))
    await _batches(lambda: erase_drafts(database, scope.of(drafts), now))
    async with database.write() as connection:
        found = await _people(connection, scope)
        await connection.execute(delete(people).where(scope.of(people)))
    if not found:
        return 0
    secret = await own_secret(database, "forgotten", lambda: secrets.token_hex(32))
    for user_id in found:
        await _mark(database, Scope(scope.workspace_id, user_id), mark_of(user_id, secret))
    return len(found)


async def _batches(one_batch: Callable[[], Any]) -> None:
    while await one_batch() == BATCH:  # noqa: ASYNC110  (each call is work)
        await asyncio.sleep(PAUSE)


async def _people(connection: AsyncConnection, scope: Scope) -> Sequence[str]:
    """Everybody whom the rows name, those with a mark already left out."""
    named = union(
        select(jobs.c.user_id).where(scope.of(jobs), JOB_AT_REST),
        select(drafts.c.user_id).where(scope.of(drafts), DRAFT_AT_REST),
        select(audit.c.user_id).where(scope.of(audit)),
        select(people.c.user_id).where(scope.of(people)),
        select(workspaces.c.api_key_set_by).where(scope.of(workspaces, "api_key_set_by")),
        select(installations.c.installer_id).where(scope.of(installations, "installer_id")),
    )
    found = set(await connection.scalars(named))
    for column in (audit.c.details, notices.c.params):
        inside = select(column).where(_in_workspace(scope, column), _names_anybody(scope, column))
        for details in await connection.scalars(inside):
            found.update(_named_in(details) if scope.user_id is None else [scope.user_id])
    wanted = found if scope.user_id is None else found & {scope.user_id}
    return sorted(id_ for id_ in wanted - _NOBODY if not is_mark(id_))


def _in_workspace(scope: Scope, column: Any) -> Where:
    return Scope(scope.workspace_id).of(column.table)


def _names_anybody(scope: Scope, column: Any) -> Where:
    words = cast(column, String)
    wanted = _NAMED_BY if scope.user_id is None else (scope.user_id,)
    return or_(*(words.contains(f'"{word}"', autoescape=True) for word in wanted))


def _named_in(details: dict[str, Any]) -> Iterable[str]:
    for name in _NAMED_BY:
        value = details.get(name, ())
        yield from [value] if isinstance(value, str) else value


async def _mark(database: Database, person: Scope, mark: str) -> None:
    await _batches(lambda: _mark_jobs(database, person, mark))
    async with database.write() as connection:
        await connection.execute(
            update(drafts)
            .where(person.of(drafts), DRAFT_AT_REST)
            .values(**_without_traces(drafts, mark))
        )
        for table, column in (
            (audit, "user_id"),
            (workspaces, "api_key_set_by"),
            (installations, "installer_id"),
        ):
            theirs = update(table).where(person.of(table, column))
            await connection.execute(theirs.values(**{column: mark}))
        for in_json in (audit.c.details, notices.c.params):
            await _replace_in(connection, in_json, person, mark)


async def _mark_jobs(database: Database, person: Scope, mark: str) -> int:
    """One batch of their jobs at rest, with the images; how many there were."""
    async with database.write() as connection:
        theirs = select(jobs.c.id).where(person.of(jobs), JOB_AT_REST)
        ids = (await connection.scalars(theirs.limit(BATCH).with_for_update())).all()
        marked = update(jobs).where(jobs.c.id.in_(ids))
        values = {**_without_traces(jobs, mark), "post_channel": _place(jobs.c.post_channel, mark)}
        await connection.execute(marked.values(**values, post_thread=None))
        of_them = update(images).where(images.c.job_id.in_(ids))
        place = _place(images.c.channel_id, mark)
        await connection.execute(of_them.values(user_id=mark, channel_id=place))
    return len(ids)


def _without_traces(table: Any, mark: str) -> dict[str, Any]:
    """Of a request: its message, and a direct message's channel, lead to the person as well."""
    return {
        "user_id": mark,
        "channel_id": _place(table.c.channel_id, mark),
        "dedupe_key": "forgotten:" + table.c.id,
        "message_ts": None,
        "thread_ts": None,
    }


def _place(column: Any, mark: str) -> Any:
    """A channel, which stays, or the conversation of the bot with one person (D…)."""
    return case((column.startswith("D"), mark), else_=column)


async def _replace_in(connection: AsyncConnection, column: Any, person: Scope, mark: str) -> None:
    """Ids inside of JSON are values of their own, so no other word can be met."""
    table = column.table
    has_it = _names_anybody(person, column)
    query = select(table).where(_in_workspace(person, column), has_it)
    for row in (await connection.execute(query)).mappings().all():
        same = [key == row[key.name] for key in table.primary_key]
        replaced = _replaced(row[column.name], person.user_id, mark)
        await connection.execute(update(table).where(*same).values(**{column.name: replaced}))


def _replaced(value: Any, user_id: str | None, mark: str) -> Any:
    if isinstance(value, dict):
        return {name: _replaced(inner, user_id, mark) for name, inner in value.items()}
    if isinstance(value, list):
        return [_replaced(inner, user_id, mark) for inner in value]
    return mark if value == user_id else value
