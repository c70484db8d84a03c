"""Two processes on one PostgreSQL: they share an API key, and the one goes on for the other."""

from __future__ import annotations

import asyncio
import subprocess
from pathlib import Path

from holding import images_held_up
from peek import rows

from glm_slackbot.storage.address import PostgresAddress
from glm_slackbot.storage.database import Database
from glm_slackbot.storage.tables import images, jobs

from .towns import Town, open_town, until

COMMITS = (4, 6, 7, 9)
"""After the place is found, after the intent to buy, after the task, and before the share."""


async def test_what_a_killed_process_leaves_another_goes_on_with_in_30_seconds(
    nursery: subprocess.Popen[str], postgres_addresses: list[PostgresAddress], tmp_path: Path
) -> None:
    await asyncio.gather(
        *(
            _taken_over(nursery, address, commit, tmp_path / str(commit))
            for address, commit in zip(postgres_addresses, COMMITS, strict=True)
        )
    )


async def _taken_over(
    nursery: subprocess.Popen[str], address: PostgresAddress, commit: int, folder: Path
) -> None:
    async with open_town(nursery, folder) as town:
        town.database_url = address.dsn
        first = await town.start(("after", commit))
        await town.slack.command("a fox", user="U1", channel="C1")
        await until(lambda: not first.is_alive)
        second = await town.start()
        await until(lambda: town.pictures or town.slack.direct_messages_of("U1"), 30.0)
        await town.slack.settle()
        await town.stop(second)
        ends = await outcomes(address)
        assert (len(town.pictures), ends) in ((1, ["delivered"]), (0, ["unsure"]))
        assert len(town.glm.purchases) <= 1


async def test_a_stopped_process_hands_on_at_once(
    nursery: subprocess.Popen[str], postgres_addresses: list[PostgresAddress], town: Town
) -> None:
    town.database_url = postgres_addresses[0].dsn
    first = await town.start()
    with images_held_up(town.glm):
        await town.slack.command("a fox", user="U1", channel="C1")
        await until(lambda: town.glm.purchases)
        ((owner, _),) = await leases(postgres_addresses[0])
        second = await town.start()
        await town.stop(first)
        ((new_owner, attempt),) = await leases(postgres_addresses[0])
        assert new_owner != owner
        assert attempt <= 2
    await until(lambda: town.pictures)
    await town.stop(second)
    assert len(town.pictures) == len(town.glm.purchases) == 1


async def test_images_at_once_are_counted_over_all_processes(
    postgres_addresses: list[PostgresAddress], town: Town
) -> None:
    town.database_url = postgres_addresses[0].dsn
    town.settings = {"max_concurrency": 2}
    town.glm.weather.seconds = 0.15
    bots = [await town.start(), await town.start()]
    for user, n in (("U1", 3), ("U2", 1), ("U3", 2), ("U1", 1), ("U2", 2)):
        town.slack.request_url = f"http://127.0.0.1:{bots[n % 2].port}/slack/events"
        await town.slack.command(f"a fox --n {n}", user=user, channel="C1")

    await until(lambda: len(town.pictures) == 5)
    for bot in bots:
        await town.stop(bot)
    assert len(town.glm.purchases) == 9
    assert town.glm.most_in_flight <= 2


async def leases(address: PostgresAddress) -> list[tuple[str | None, int]]:
    """Who works on each job, and in the how manieth attempt."""
    database = Database(address)
    try:
        return [(row["lease_owner"], row["attempt"]) for row in await rows(database, jobs)]
    finally:
        await database.close()


async def outcomes(address: PostgresAddress) -> list[str]:
    """How the images ended, in their order."""
    database = Database(address)
    try:
        return [row["outcome"] for row in await rows(database, images)]
    finally:
        await database.close()
