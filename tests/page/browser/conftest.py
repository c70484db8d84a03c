"""Real Chromium in front of the real command; skipped with a word where either is missing."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

import pytest

from .sandbox_process import sandbox_running

if TYPE_CHECKING:
    from playwright.async_api import Browser

    from .chat import Chat

NO_BROWSER = "no chromium, chromium-browser or google-chrome on this machine"


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    """The machine's own browser, without a window."""
    from .chat import browser_open, chromium

    path = chromium()
    if path is None:
        pytest.skip(NO_BROWSER)
    async with browser_open(path) as opened:
        yield opened


@pytest.fixture
async def address(browser: Browser) -> AsyncIterator[str]:
    """Where the page is, after the browser: without one nothing need be started."""
    async with sandbox_running() as address:
        yield address


@pytest.fixture
async def chat(browser: Browser, address: str) -> AsyncIterator[Chat]:
    """Dana has it open in a wide window. At the end the browser has complained of nothing."""
    from .chat import Chat

    page = await browser.new_page(viewport={"width": 1440, "height": 900})
    chat = await Chat(page).visit(address)
    yield chat
    assert chat.faults == []
