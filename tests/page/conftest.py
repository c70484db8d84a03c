"""The page's server with nobody's browser, and the bot behind it as a process of its own."""

from __future__ import annotations

from collections.abc import AsyncIterator

import aiohttp
import pytest
from warm_asyncio import start_warm_bot

from glm_slackbot.sandbox.page import bot_process
from glm_slackbot.sandbox.page.server import serving_page
from glm_slackbot.sandbox.page.stage import Stage, open_stage

from .visitor import Visitor


@pytest.fixture(autouse=True)
def warm_bots(monkeypatch: pytest.MonkeyPatch) -> None:
    """Processes of their own, but their Python has started; test_page_command.py has cold ones."""
    monkeypatch.setattr(bot_process, "start_bot", start_warm_bot)


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    """Stand-ins; the bot is down. An image takes as long as it must to be seen under way."""
    async with open_stage() as opened:
        opened.glm.weather.seconds = 0.3
        opened.slack.event_pauses = (0.2, 0.5, 2.0)
        yield opened


@pytest.fixture
async def address(stage: Stage) -> AsyncIterator[str]:
    """Where the page is served."""
    async with serving_page(stage, 0) as port:
        yield f"http://127.0.0.1:{port}"


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    """A browser's connections."""
    async with aiohttp.ClientSession() as opened:
        yield opened


@pytest.fixture
async def quiet(
    stage: Stage, address: str, session: aiohttp.ClientSession
) -> AsyncIterator[Visitor]:
    """Dana has the page open; the bot is down."""
    async with Visitor(session, address).reading() as visitor:
        yield visitor


@pytest.fixture
async def dana(stage: Stage, quiet: Visitor) -> Visitor:
    """Dana has the page open, and the bot runs."""
    await stage.bot.start()
    await quiet.until(lambda: quiet.state["bot"]["running"])
    return quiet
