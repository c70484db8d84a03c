"""Tokens in both databases: of many processes one alone rotates them."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from factories import NOW

from glm_slackbot.storage.database import Database
from glm_slackbot.storage.installations import InstallationStore, Installed
from glm_slackbot.storage.rotations import Rotations

from .installing import found, installation, store_of


async def test_of_two_processes_one_rotates(
    database: Database, other_database: Database, installs: InstallationStore, installed: Installed
) -> None:
    takers = [Rotations(d, store_of(d)) for _ in range(4) for d in (database, other_database)]
    taken = await asyncio.gather(*(taker.take(installed) for taker in takers))
    assert sorted(taken) == [False] * 7 + [True]
    new = replace(installed, bot_token="xoxb-2", refresh_token="xoxe-1-2", generation=2)
    assert await takers[0].save(new, NOW)
    assert not await takers[1].take(installed)  # that generation is over
    assert (await found(installs, "T1", None)).bot_token == "xoxb-2"


async def test_a_lease_is_given_back(
    database: Database, installs: InstallationStore, installed: Installed
) -> None:
    rotations = Rotations(database, installs)
    assert await rotations.take(installed)
    await rotations.give_back(installed)
    assert await rotations.take(installed)


async def test_tokens_of_before_do_not_replace_those_of_a_new_installation(
    database: Database, installs: InstallationStore, installed: Installed
) -> None:
    rotations = Rotations(database, installs)
    assert await rotations.take(installed)
    await installs.async_save(installation(bot_token="xoxb-again"))
    assert not await rotations.save(replace(installed, bot_token="xoxb-old", generation=2), NOW)
    assert (await found(installs, "T1", None)).bot_token == "xoxb-again"
