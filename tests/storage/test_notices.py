"""Notices: once a cause and day, again after a pause until they are ended, and given up at last."""

from __future__ import annotations

import pytest
from factories import NOW, origin_factory
from sqlalchemy import insert

from glm_slackbot.storage.database import Database
from glm_slackbot.storage.notices import MOST_ATTEMPTS, NoticeStore
from glm_slackbot.storage.people import PeopleStore
from glm_slackbot.storage.tables import people

DAY = 24 * 3600.0


@pytest.fixture
def notices(database: Database) -> NoticeStore:
    return NoticeStore(database)


async def test_a_cause_has_one_notice_a_day(notices: NoticeStore) -> None:
    origin = origin_factory()
    assert await notices.write(origin, "notice.budget_80", {}, NOW)
    assert not await notices.write(origin, "notice.budget_80", {}, NOW + 60)
    assert await notices.write(origin, "notice.budget_80", {}, NOW + DAY)
    assert await notices.write(origin_factory(team_id="T2"), "notice.budget_80", {}, NOW)


async def test_it_comes_again_with_who_had_it_until_it_is_ended(notices: NoticeStore) -> None:
    assert await notices.take_due(NOW) is None
    await notices.write(origin_factory(), "notice.budget_80", {"n": 1}, NOW)
    notice = await notices.take_due(NOW)
    assert notice is not None
    assert (notice.told, await notices.take_due(NOW + 59)) == ((), None)
    await notices.note_told(notice, ["U1"])
    again = await notices.take_due(NOW + 60)
    assert again is not None
    assert (again.told, again.params["n"]) == (("U1",), 1)
    await notices.end(again)
    assert await notices.take_due(NOW + DAY) is None


async def test_one_that_was_taken_back_may_come_again_on_its_day(notices: NoticeStore) -> None:
    await notices.write(origin_factory(), "notice.budget_80", {}, NOW)
    notice = await notices.take_due(NOW)
    assert notice is not None
    await notices.take_back(notice)
    assert await notices.write(origin_factory(), "notice.budget_80", {}, NOW + 1)


async def test_it_is_given_up_at_last(notices: NoticeStore) -> None:
    await notices.write(origin_factory(), "notice.budget_80", {}, NOW)
    for n in range(MOST_ATTEMPTS):
        assert await notices.take_due(NOW + n * DAY) is not None
    assert await notices.take_due(NOW + 99 * DAY) is None


async def test_an_organisations_admins_are_those_who_opened_home_in_any_of_its_workspaces(
    database: Database,
) -> None:
    known = [("T1", "UA", 3.0), ("T2", "UB", 1.0), ("T2", "UC", None)]
    async with database.write() as connection:
        for team, user, since in known:
            row = {"team_id": team, "user_id": user, "locale": "en", "admin_since": since}
            await connection.execute(insert(people).values(**row, workspace_id="E1"))
    store = PeopleStore(database)
    assert await store.admins_of("E1") == [("T2", "UB"), ("T1", "UA")]
    assert await store.admins_of("T1") == []
