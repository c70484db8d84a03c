"""The states of OAuth in both databases: good once, and never without end."""

from __future__ import annotations

import asyncio

from factories import NOW
from peek import rows

from glm_slackbot.storage.database import Database
from glm_slackbot.storage.installations import OAuthStateStore
from glm_slackbot.storage.tables import oauth_states


async def test_a_state_is_good_once_and_for_ten_minutes(database: Database) -> None:
    at = [NOW]
    states = OAuthStateStore(database, lambda: at[0])
    one, two = await states.async_issue(), await states.async_issue()
    good = await asyncio.gather(*(states.async_consume(one) for _ in range(4)))
    assert sorted(good) == [False, False, False, True]
    at[0] += 601
    assert not await states.async_consume(two)
    assert not await states.async_consume("\ud800\0")


async def test_visits_without_end_leave_no_rows_without_end(database: Database) -> None:
    at = [NOW]
    states = OAuthStateStore(database, lambda: at[0], most=3)
    given = []
    for _ in range(5):
        given.append(await states.async_issue())
        at[0] += 1
    assert len(await rows(database, oauth_states)) == 3
    assert [await states.async_consume(state) for state in given] == [False] * 2 + [True] * 3
