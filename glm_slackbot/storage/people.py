"""The language each person reads, remembered: it is needed before Slack may be asked."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence, Set

from sqlalchemy import insert, select, tuple_, update

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
        person = {"team_id": origin.team_id, "user_id": origin.user_id}
        same = (people.c.team_id == origin.team_id) & (people.c.user_id == origin.user_id)
        async with self._database.write(locks=[_lock(origin)]) as connection:
            known = {"locale": locale, "workspace_id": origin.workspace_id}
            changed = await connection.execute(update(people).where(same).values(**known))
            if changed.rowcount == 0:
                await connection.execute(insert(people).values(**person, **known))
        self._remember((origin.team_id, origin.user_id), locale)

    async def note_admin(self, origin: Origin, now: float, locale: str) -> None:
        """Remember an admin who opens Home: they are told when the budget runs out.

        ``locale`` is what they read, for whom Slack has told none of.
        """
        if (origin.team_id, origin.user_id) in await self.admins_of(origin.workspace_id):
            return
        person = {"team_id": origin.team_id, "user_id": origin.user_id}
        of = {"workspace_id": origin.workspace_id}
        same = (people.c.team_id == origin.team_id) & (people.c.user_id == origin.user_id)
        async with self._database.write(locks=[_lock(origin)]) as connection:
            row = (await connection.execute(select(people).where(same))).mappings().one_or_none()
            if row is None:
                new = {**person, **of, "locale": locale, "admin_since": now}
                await connection.execute(insert(people).values(**new))
            elif row["admin_since"] is None or row["workspace_id"] != origin.workspace_id:
                known = {**of, "admin_since": row["admin_since"] or now}
                await connection.execute(update(people).where(same).values(**known))

    async def admins_of(self, workspace_id: str) -> Sequence[Person]:
        """The admins who opened Home, by team_id and user_id, the first one first."""
        query = (
            select(people.c.team_id, people.c.user_id)
            .where(people.c.workspace_id == workspace_id, people.c.admin_since.is_not(None))
            .order_by(people.c.admin_since, people.c.user_id)
        )
        async with self._database.read() as connection:
            return [(team, user) for team, user in await connection.execute(query)]

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


def _lock(origin: Origin) -> str:
    """Two who find no row would both insert one."""
    return f"person:{origin.team_id}:{origin.user_id}"
