"""Real Chromium in front of the real command; skipped with a word where either is missing."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio

from .sandbox_process import sandbox_running

if TYPE_CHECKING:
    from playwright.async_api import Browser

    from .chat import Chat

NO_BROWSER = "no chromium, chromium-browser or google-chrome on this machine"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """One browser for all, as it takes longer to start than most tests: so one event loop, too."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    """The machine's own browser, without a window."""
    from .chat import browser_open, chromium

    path = chromium()
    if path is None:
        pytest.skip(NO_BROWSER)
    async with browser_open(path) as opened:
        yield opened


@pytest_asyncio.fixture(loop_scope="session")
async def address(browser: Browser) -> AsyncIterator[str]:
    """Where the page is, after the browser: without one nothing need be started."""
    async with sandbox_running() as address:
        yield address


@pytest_asyncio.fixture(loop_scope="session")
async def chat(browser: Browser, address: str) -> AsyncIterator[Chat]:
    """Dana has it open in a wide window. At the end the browser has complained of nothing."""
    from .chat import Chat

    context = await browser.new_context(viewport={"width": 1440, "height": 900})
    chat = await Chat(await context.new_page()).visit(address)
    yield chat
    await context.close()
    assert chat.faults == []
