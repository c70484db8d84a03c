"""Forgetting people: their words erased, and their ids replaced by marks that lead nowhere.

A mark is random: nobody, we included, can find whom it stands for, and one person's rows of
one run still belong together.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import String, and_, cast, delete, func, not_, or_, select, true, union, update
from sqlalchemy.ext.asyncio import AsyncConnection

from glm_slackbot.domain.job import JobStatus
from glm_slackbot.storage.database import Database
from glm_slackbot.storage.erasing import (
    BATCH,
    DRAFT_AT_REST,
    JOB_AT_REST,
    Where,
    erase_drafts,
    erase_jobs,
)
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

MARK: Final = "forgotten-"


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose rows: a person's, a workspace's, or a person's in a workspace."""

    workspace_id: str | None = None
    user_id: str | None = None

    def of(self, table: Any, user_column: str = "user_id") -> Where:
        """The rows of a table."""
        conditions = []
        if self.workspace_id is not None:
            conditions.append(table.c.workspace_id == self.workspace_id)
        if self.user_id is not None:
            conditions.append(table.c[user_column] == self.user_id)
        return and_(true(), *conditions)


async def queued_jobs(database: Database, scope: Scope) -> Sequence[str]:
    """The ids of requests that nobody has begun."""
    query = select(jobs.c.id).where(scope.of(jobs), jobs.c.status == JobStatus.QUEUED)
    async with database.read() as connection:
        return (await connection.scalars(query)).all()


async def unfinished(database: Database, scope: Scope) -> int:
    """How many requests and messages are not at rest yet: a process works on them."""
    of_jobs = select(func.count()).where(scope.of(jobs), not_(JOB_AT_REST))
    of_drafts = select(func.count()).where(scope.of(drafts), not_(DRAFT_AT_REST))
    async with database.read() as connection:
        return (await connection.scalar(of_jobs) or 0) + (await connection.scalar(of_drafts) or 0)


async def forget(database: Database, scope: Scope, now: float) -> int:
    """Erase and replace all that is at rest; how many people were forgotten."""
    while await erase_jobs(database, scope.of(jobs), now) == BATCH:
        pass
    while await erase_drafts(database, scope.of(drafts), now) == BATCH:
        pass
    async with database.write() as connection:
        await _delete_people(connection, scope)
        found = await _people(connection, scope)
    for user_id in found:
        async with database.write() as connection:
            await _mark(connection, scope, user_id, MARK + secrets.token_hex(8))
    return len(found)


async def _people(connection: AsyncConnection, scope: Scope) -> Sequence[str]:
    """Everybody whom the rows name, those with a mark already left out."""
    named = union(
        select(jobs.c.user_id).where(scope.of(jobs), JOB_AT_REST),
        select(drafts.c.user_id).where(scope.of(drafts), DRAFT_AT_REST),
        select(audit.c.user_id).where(scope.of(audit)),
        select(workspaces.c.api_key_set_by).where(scope.of(workspaces, "api_key_set_by")),
        select(installations.c.installer_id).where(scope.of(installations, "installer_id")),
    )
    ids = (await connection.scalars(named)).all()
    # A person may be named by details and notices alone.
    return sorted({id_ for id_ in (*ids, scope.user_id) if id_ and not id_.startswith(MARK)})


async def _delete_people(connection: AsyncConnection, scope: Scope) -> None:
    """The row is a language and who opened Home: without its person it says nothing."""
    conditions = [] if scope.user_id is None else [people.c.user_id == scope.user_id]
    if scope.workspace_id is not None:
        teams = select(jobs.c.team_id).where(jobs.c.workspace_id == scope.workspace_id)
        theirs = or_(people.c.workspace_id == scope.workspace_id, people.c.team_id.in_(teams))
        conditions.append(or_(theirs, people.c.team_id == scope.workspace_id))
    await connection.execute(delete(people).where(and_(true(), *conditions)))


async def _mark(connection: AsyncConnection, scope: Scope, user_id: str, mark: str) -> None:
    person = Scope(scope.workspace_id, user_id)
    for table, at_rest in ((jobs, JOB_AT_REST), (drafts, DRAFT_AT_REST), (audit, true())):
        theirs = update(table).where(person.of(table), at_rest)
        await connection.execute(theirs.values(user_id=mark))
    of_them = images.c.job_id.in_(select(jobs.c.id).where(jobs.c.user_id == mark))
    await connection.execute(update(images).where(of_them).values(user_id=mark))
    set_by = update(workspaces).where(person.of(workspaces, "api_key_set_by"))
    await connection.execute(set_by.values(api_key_set_by=mark))
    installed_by = update(installations).where(person.of(installations, "installer_id"))
    await connection.execute(installed_by.values(installer_id=mark))
    in_workspace = Scope(scope.workspace_id)
    await _replace_in(connection, audit, "details", in_workspace, (user_id, mark))
    await _replace_in(connection, notices, "params", in_workspace, (user_id, mark))


async def _replace_in(
    connection: AsyncConnection, table: Any, column: str, scope: Scope, names: tuple[str, str]
) -> None:
    """Ids inside of JSON are values of their own, so no other word can be met."""
    has_it = cast(table.c[column], String).contains(f'"{names[0]}"', autoescape=True)
    rows = (await connection.execute(select(table).where(scope.of(table), has_it))).mappings().all()
    for row in rows:
        same = [column_ == row[column_.name] for column_ in table.primary_key]
        changed = update(table).where(*same)
        await connection.execute(changed.values(**{column: _replaced(row[column], *names)}))


def _replaced(value: Any, user_id: str, mark: str) -> Any:
    if isinstance(value, dict):
        return {name: _replaced(inner, user_id, mark) for name, inner in value.items()}
    if isinstance(value, list):
        return [_replaced(inner, user_id, mark) for inner in value]
    return mark if value == user_id else value
