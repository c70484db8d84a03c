"""Fixtures for everybody: a world of stand-ins, and the real bot in it."""

from __future__ import annotations

import gc
import logging
import os
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager
from functools import partial
from pathlib import Path
from shutil import disk_usage
from typing import Any

import pytest
import structlog
from aiohttp import web_app
from clock import FastClock
from databases import SqliteFiles
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.util import LRUCache

from glm_slackbot.app.serve import Bot
from glm_slackbot.sandbox.glm_api import GLMStandIn
from glm_slackbot.sandbox.slack_stand_in import SlackStandIn
from glm_slackbot.sandbox.world import SIGNING_SECRET, World, open_world, world_settings
from glm_slackbot.storage import database

MEMORY = Path("/dev/shm")
ENOUGH = 2 * 10**9
"""Bytes."""


def pytest_configure() -> None:
    """Files in memory, where there is room: on a disk, a commit waits for all that others write."""
    if MEMORY.is_dir() and os.access(MEMORY, os.W_OK) and disk_usage(MEMORY).free > ENOUGH:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))


def pytest_collection_finish() -> None:
    """What is there now stays: garbage collections need not go through thousands of tests."""
    gc.collect()
    gc.freeze()


BotStarter = Callable[..., AbstractAsyncContextManager[Bot]]


@pytest.fixture(autouse=True)
def no_bot_stays_in_memory() -> Iterator[None]:
    """aiohttp remembers the last 1024 applications that served, and with each a whole bot.

    Garbage collections came to take seconds of that, in which the next bot answered too late.
    """
    yield
    web_app._cached_build_middleware.cache_clear()


@pytest.fixture(scope="session", autouse=True)
def sql_is_compiled_once() -> Iterator[None]:
    """Each bot's engines would compile the same statements anew: a fifth of the tests' work."""
    compiled: dict[Any, Any] = LRUCache(2000)
    engine = partial(create_async_engine, execution_options={"compiled_cache": compiled})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(database, "create_async_engine", engine)
        patch.setattr(DefaultDialect, "__eq__", lambda one, other: type(one) is type(other))
        patch.setattr(DefaultDialect, "__hash__", lambda dialect: hash(type(dialect)))
        yield


@pytest.fixture
def logging_as_before() -> Iterator[None]:
    """The log is one for the whole process: it goes afterwards where it went before."""
    root, ours = logging.getLogger(), logging.getLogger("glm_slackbot")
    before = root.handlers[:], root.level, ours.level
    yield
    root.handlers[:], root.level, ours.level = before
    structlog.reset_defaults()


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
