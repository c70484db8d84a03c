"""The language each person reads, remembered: it is needed before Slack may be asked."""

from __future__ import annotations

from collections import OrderedDict

from sqlalchemy import insert, select, update

from glm_slackbot.domain.job import Origin
from glm_slackbot.storage.database import Database
from glm_slackbot.storage.tables import people

REMEMBERED = 10_000


class PeopleStore:
    """Locales by person, with the last ones in memory."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: OrderedDict[tuple[str, str], str | None] = OrderedDict()

    async def locale(self, origin: Origin) -> str | None:
        """The person's locale (``en`` or ``zh``), or None until Slack has told it."""
        person = (origin.team_id, origin.user_id)
        if person not in self._known:
            query = select(people.c.locale).where(
                people.c.team_id == origin.team_id, people.c.user_id == origin.user_id
            )
            async with self._database.read() as connection:
                self._remember(person, await connection.scalar(query))
        return self._known.get(person)

    async def learn(self, origin: Origin, locale: str) -> None:
        """Remember a person's locale; free when it is known already."""
        if await self.locale(origin) == locale:
            return
        person = {"team_id": origin.team_id, "user_id": origin.user_id}
        same = (people.c.team_id == origin.team_id) & (people.c.user_id == origin.user_id)
        lock = f"person:{origin.team_id}:{origin.user_id}"
        async with self._database.write(locks=[lock]) as connection:
            changed = await connection.execute(update(people).where(same).values(locale=locale))
            if changed.rowcount == 0:
                await connection.execute(insert(people).values(**person, locale=locale))
        self._remember((origin.team_id, origin.user_id), locale)

    def _remember(self, person: tuple[str, str], locale: str | None) -> None:
        self._known[person] = locale
        self._known.move_to_end(person)
        if len(self._known) > REMEMBERED:
            self._known.popitem(last=False)
