"""The language each person reads, remembered: it is needed before Slack may be asked."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import AsyncIterator, Mapping, Sequence, Set
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy import ColumnElement, insert, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from glm_slackbot.domain.job import Origin
from glm_slackbot.storage.database import Database
from glm_slackbot.storage.tables import people
from glm_slackbot.storage.together import ReadTogether

REMEMBERED = 10_000

Person = tuple[str, str]
"""(team_id, user_id)"""


class PeopleStore:
    """Locales by person, with the last ones in memory."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: OrderedDict[Person, str] = OrderedDict()
        self._rows = ReadTogether(self._read)

    async def locale(self, origin: Origin) -> str | None:
        """The person's locale (``en`` or ``zh``), or None until Slack has told it."""
        person = (origin.team_id, origin.user_id)
        if (known := self._known.get(person)) is not None:
            return known
        return await self._rows.get(person)

    async def learn(self, origin: Origin, locale: str) -> None:
        """Remember a person's locale; free when it is known already."""
        if await self.locale(origin) == locale:
            return
        async with self._held(origin) as (connection, same):
            await _upsert(connection, origin, same, {"locale": locale})
        self._remember((origin.team_id, origin.user_id), locale)

    async def note_admin(self, origin: Origin, locale: str, now: float) -> None:
        """Remember an admin who opens Home: they are told when the budget runs out.

        Their row may be gone although their locale is known here: the workspace left and came
        back, or another process forgot them. Only then is ``locale`` written. It may also be of
        their workspace alone, whose organisation has installed the bot since.
        """
        async with self._held(origin) as (connection, same):
            known = select(people.c.admin_since, people.c.workspace_id).where(same)
            row = (await connection.execute(known)).one_or_none()
            if row is None:
                values = {"locale": locale, "admin_since": now}
                await _upsert(connection, origin, same, values)
            elif row.admin_since is None or row.workspace_id != origin.workspace_id:
                await _upsert(connection, origin, same, {"admin_since": now})

    async def admins_of(self, workspace_id: str) -> Sequence[Person]:
        """The admins who opened Home, by team_id and user_id, the first one first."""
        query = (
            select(people.c.team_id, people.c.user_id)
            .where(people.c.workspace_id == workspace_id, people.c.admin_since.is_not(None))
            .order_by(people.c.admin_since, people.c.user_id)
        )
        async with self._database.read() as connection:
            return [(team, user) for team, user in await connection.execute(query)]

    @asynccontextmanager
    async def _held(
        self, origin: Origin
    ) -> AsyncIterator[tuple[AsyncConnection, ColumnElement[bool]]]:
        """A transaction in which nobody else inserts the person's row."""
        same = (people.c.team_id == origin.team_id) & (people.c.user_id == origin.user_id)
        lock = f"person:{origin.team_id}:{origin.user_id}"
        async with self._database.write(locks=[lock]) as connection:
            yield connection, same

    async def _read(self, wanted: Set[Person]) -> Mapping[Person, str]:
        query = select(people.c.team_id, people.c.user_id, people.c.locale).where(
            tuple_(people.c.team_id, people.c.user_id).in_(list(wanted))
        )
        async with self._database.read() as connection:
            found = {(team, user): locale for team, user, locale in await connection.execute(query)}
        for person, locale in found.items():
            self._remember(person, locale)
        return found

    def _remember(self, person: Person, locale: str) -> None:
        self._known[person] = locale
        self._known.move_to_end(person)
        if len(self._known) > REMEMBERED:
            self._known.popitem(last=False)


async def _upsert(
    connection: AsyncConnection, origin: Origin, same: ColumnElement[bool], values: dict[str, Any]
) -> None:
    known = {**values, "workspace_id": origin.workspace_id}
    changed = await connection.execute(update(people).where(same).values(**known))
    if changed.rowcount == 0:
        person = {"team_id": origin.team_id, "user_id": origin.user_id}
        await connection.execute(insert(people).values(**person, **known))
