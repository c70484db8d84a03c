"""Fixtures for everybody: a world of stand-ins, and the real bot in it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

import pytest
from clock import FastClock
from databases import SqliteFiles

from glm_slackbot.app.serve import Bot
from glm_slackbot.sandbox.glm_api import GLMStandIn
from glm_slackbot.sandbox.slack_stand_in import SlackStandIn
from glm_slackbot.sandbox.world import SIGNING_SECRET, World, open_world, world_settings

BotStarter = Callable[..., AbstractAsyncContextManager[Bot]]


@pytest.fixture
async def clock() -> FastClock:
    """The time in the world: twenty times as fast as ours."""
    return FastClock()


@pytest.fixture
async def world(clock: FastClock) -> AsyncIterator[World]:
    """Stand-ins that are up; no bot yet."""
    slack = SlackStandIn(signing_secret=SIGNING_SECRET, clock=clock.now)
    glm = GLMStandIn()
    glm.weather.seconds = 0.02
    async with open_world(slack=slack, glm=glm, clock=clock) as opened:
        yield opened


@pytest.fixture(scope="session")
def migrated_files(tmp_path_factory: pytest.TempPathFactory) -> SqliteFiles:
    """Migrated once: as many scenarios as there are would otherwise migrate as many times."""
    return SqliteFiles(tmp_path_factory.mktemp("migrated"))


@pytest.fixture
async def rows(migrated_files: SqliteFiles, tmp_path: Path) -> Path:
    """The bot's database, with our tables and nothing in them."""
    return (await migrated_files.migrated()).path.rename(tmp_path / "bot.db")


@pytest.fixture
def start_bot(world: World, rows: Path) -> BotStarter:
    """Starts the bot; settings by name. Starting it again is a restart on the same rows."""

    def start(**given: Any) -> AbstractAsyncContextManager[Bot]:
        url = given.pop("database_url", f"sqlite:///{rows}")
        return world.bot_running(world_settings(url, **given))

    return start


@pytest.fixture
async def bot(start_bot: BotStarter) -> AsyncIterator[Bot]:
    """The bot with default settings, by HTTP."""
    async with start_bot() as running:
        yield running
