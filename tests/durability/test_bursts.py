"""Fifty commands at once, by HTTP, at two processes on one PostgreSQL: no limit is passed."""

from __future__ import annotations

import asyncio
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from databases import PostgresServer
from holding import images_held_up
from peek import rows

from glm_slackbot.domain.workspace import Budget, WorkspaceSettings
from glm_slackbot.storage.audit import Act, AuditEntry
from glm_slackbot.storage.database import Database
from glm_slackbot.storage.tables import images, notices
from glm_slackbot.storage.workspaces import WorkspaceStore

from .towns import Child, Town, open_town

BURST = 50
PRICE = 100_000
IN_C1 = 26
"""Commands of a burst over two channels that are in the first: two at each bot in turn."""
PEOPLE = tuple(f"U{n + 100}" for n in range(BURST))


@pytest.fixture
async def database(postgres: PostgresServer) -> AsyncIterator[Database]:
    opened = Database(await postgres.migrated())
    yield opened
    await opened.close()


async def test_no_limit_is_passed_by_one_image(
    nursery: subprocess.Popen[str], database: Database, tmp_path: Path
) -> None:
    async with open_town(nursery, tmp_path / "town", speed=1.0) as town:
        for person in PEOPLE:
            town.slack.add_user(person, person.lower())
            town.slack.workspace.channels["C1"].members.add(person)
        town.slack.add_channel("C2", "random", members=["U3"])
        town.database_url = database.address.dsn  # type: ignore[union-attr]
        bots = [await town.start(), await town.start()]
        try:
            with images_held_up(town.glm):
                await save(database, town, daily_images=3)
                assert await burst(town, bots, ["U1"]) == 3
                await save(database, town, minute_images=4)
                assert await burst(town, bots, ["U2"]) == 4
                await save(database, town, channels=("C1",))
                assert await burst(town, bots, ["U3"], ["C1", "C2"]) == IN_C1
                so_far = await reserved(database)
                await save(database, town, budget=Budget(so_far + 5 * PRICE + PRICE // 2, "CNY"))
                assert await burst(town, bots, PEOPLE) == 5
            assert await reserved(database) == so_far + 5 * PRICE == (3 + 4 + IN_C1 + 5) * PRICE
            (notice,) = await rows(database, notices)
            assert notice["cause"] == "notice.budget_refused"
        finally:
            for bot in bots:
                await town.kill(bot)


async def save(database: Database, town: Town, **settings: Any) -> None:
    """An admin saves these settings and no others."""
    team = town.slack.workspace.team_id
    entry = AuditEntry(team, 0.0, "U2", Act.SETTINGS_CHANGED)
    await WorkspaceStore(database).save_settings(team, WorkspaceSettings(**settings), entry)


async def burst(town: Town, bots: list[Child], people: Any, channels: Any = ("C1",)) -> int:
    """How many of fifty commands at once are accepted."""

    async def one(n: int) -> bool:
        town.slack.request_url = f"http://127.0.0.1:{bots[n % 2].port}/slack/events"
        user, channel = people[n % len(people)], channels[n // 2 % len(channels)]
        answer = await town.slack.command("a fox", user=user, channel=channel)
        return "glm_slackbot.cancel" in answer.body

    return sum(await asyncio.gather(*(one(n) for n in range(BURST))))


async def reserved(database: Database) -> int:
    """What all images cost together."""
    return sum(row["cost_micros"] for row in await rows(database, images))
