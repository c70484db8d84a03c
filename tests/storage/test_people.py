"""The language each person reads."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from factories import origin_factory
from peek import rows
from sqlalchemy import delete, update

from glm_slackbot.storage import people
from glm_slackbot.storage.database import Database
from glm_slackbot.storage.own_secrets import own_secret
from glm_slackbot.storage.people import PeopleStore
from glm_slackbot.storage.tables import people as people_table

ANN, BOB = origin_factory(user_id="U1"), origin_factory(user_id="U2")


async def test_a_locale_is_unknown_until_it_is_learned(database: Database) -> None:
    store = PeopleStore(database)
    assert await store.locale(ANN) is None

    await store.learn(ANN, "zh")

    assert await store.locale(ANN) == "zh"
    assert await store.locale(BOB) is None
    assert await PeopleStore(database).locale(ANN) == "zh", "after a restart"


async def test_a_locale_that_changed_is_learned_anew(database: Database) -> None:
    store = PeopleStore(database)
    await store.learn(ANN, "zh")
    await store.learn(ANN, "en")
    await store.learn(ANN, "en")

    assert await store.locale(ANN) == "en"
    (row,) = await rows(database, people_table)
    assert row["locale"] == "en"


async def test_two_processes_may_learn_of_one_person(
    database: Database, other_database: Database
) -> None:
    here, there = PeopleStore(database), PeopleStore(other_database)
    assert (await here.locale(ANN), await there.locale(ANN)) == (None, None)

    await here.learn(ANN, "zh")
    await there.learn(ANN, "en")

    assert await PeopleStore(database).locale(ANN) == "en"


async def test_an_admin_whose_row_went_with_the_workspace_has_opened_home_again(
    database: Database,
) -> None:
    store = PeopleStore(database)
    await store.learn(ANN, "zh")
    async with database.write() as connection:
        await connection.execute(delete(people_table))
    await store.learn(ANN, "zh")
    await store.note_admin(ANN, 5.0, "zh")

    assert await store.admins_of(ANN.workspace_id) == [("T1", "U1")]


async def test_memory_is_bounded_and_the_database_remembers(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(people, "REMEMBERED", 1)
    store = PeopleStore(database)
    await store.learn(ANN, "zh")
    await store.learn(BOB, "en")

    assert await store.locale(ANN) == "zh"


async def test_an_admin_is_noted_once_and_again_after_being_deleted_by_another_process(
    database: Database,
) -> None:
    store = PeopleStore(database)
    await store.learn(ANN, "zh")
    for now in (1.0, 2.0):
        await store.note_admin(ANN, now, "en")
    async with database.write() as connection:
        await connection.execute(update(people_table).values(user_id="U9"))
    await store.note_admin(ANN, 3.0, "zh")
    await store.note_admin(BOB, 4.0, "en")
    found = await rows(database, people_table)
    assert [(row["user_id"], row["locale"], row["admin_since"]) for row in found] == [
        ("U1", "zh", 3.0),
        ("U2", "en", 4.0),
        ("U9", "zh", 1.0),
    ]


async def test_a_secret_is_made_once(database: Database) -> None:
    assert await own_secret(database, "salt", lambda: "first") == "first"
    assert await own_secret(database, "salt", lambda: "second") == "first"
    assert await own_secret(database, "pepper", lambda: "third") == "third"


async def test_a_secret_that_two_make_at_once_is_one(
    database: Database, other_database: Database
) -> None:
    made = await asyncio.gather(
        *(
            own_secret(at, "salt", lambda n=n: str(n))
            for n, at in enumerate([database, other_database] * 4)
        )
    )

    assert len(set(made)) == 1


async def test_people_who_are_asked_for_together_are_read_together(database: Database) -> None:
    origins = [origin_factory(user_id=f"U{n}") for n in range(50)]
    await PeopleStore(database).learn(origins[7], "zh")
    store = PeopleStore(database)

    locales = await asyncio.gather(*map(store.locale, origins))

    assert [n for n, locale in enumerate(locales) if locale == "zh"] == [7]


async def test_who_gives_up_leaves_the_others_their_answer(database: Database) -> None:
    await PeopleStore(database).learn(BOB, "en")
    store = PeopleStore(database)
    gives_up = asyncio.create_task(store.locale(ANN))
    waits = asyncio.create_task(store.locale(BOB))
    await asyncio.sleep(0)

    gives_up.cancel()

    assert await waits == "en"


async def test_an_admin_who_opens_home_is_remembered_though_slack_told_no_language(
    database: Database,
) -> None:
    store = PeopleStore(database)
    await store.note_admin(BOB, 1.0, "zh")
    await store.note_admin(BOB, 2.0, "en")
    assert await store.admins_of("T1") == [("T1", BOB.user_id)]
    (row,) = await rows(database, people_table)
    assert (row["locale"], row["admin_since"]) == ("zh", 1.0)


async def test_an_admin_is_the_organisations_once_it_installs_the_app_for_all(
    database: Database,
) -> None:
    store = PeopleStore(database)
    await store.learn(BOB, "en")
    await store.note_admin(BOB, 1.0, "en")
    await store.note_admin(replace(BOB, enterprise_id="E1", is_org_wide=True), 2.0, "en")
    assert await store.admins_of("T1") == []
    assert await store.admins_of("E1") == [("T1", BOB.user_id)]
