"""Locales that are asked for at once are read together, and nobody spoils it for the others."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest
from factories import origin_factory
from sqlalchemy import Engine, event

from glm_slackbot.domain.job import Origin
from glm_slackbot.storage.database import Database
from glm_slackbot.storage.people import PeopleStore


@pytest.fixture
def statements() -> Iterator[list[str]]:
    """Every SELECT on people from here on."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if "FROM people" in statement:
            seen.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    yield seen
    event.remove(Engine, "before_cursor_execute", note)


def person(number: int) -> Origin:
    return origin_factory(user_id=f"U{number}")


async def test_two_hundred_at_once_are_a_few_reads(
    database: Database, statements: list[str]
) -> None:
    await PeopleStore(database).learn(person(7), "zh")
    statements.clear()
    store = PeopleStore(database)
    locales = await asyncio.gather(*(store.locale(person(n)) for n in range(200)))
    assert [n for n, locale in enumerate(locales) if locale] == [7]
    assert locales[7] == "zh"
    assert len(statements) < 5


async def test_one_who_gives_up_leaves_the_others_their_answer(database: Database) -> None:
    await PeopleStore(database).learn(person(7), "zh")
    store = PeopleStore(database)
    asking = [asyncio.create_task(store.locale(person(n))) for n in (1, 7)]
    await asyncio.sleep(0)
    asking[0].cancel()
    assert await asking[1] == "zh"
    assert asking[0].cancelled()
