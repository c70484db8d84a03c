"""What a person does on the page and sees there, in the words of the tests."""

from __future__ import annotations

import re
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.async_api import Browser, Locator, Page

playwright = pytest.importorskip(
    "playwright.async_api",
    reason="the page is not tried in a browser: pip install 'glm-slackbot[browser]'",
)
expect = playwright.expect

NAMES = ("chromium", "chromium-browser", "google-chrome")
PATIENCE_MS = 20_000
"""An image takes three seconds, a start of the bot up to two."""
expect.set_options(timeout=PATIENCE_MS)


def chromium() -> str | None:
    """Where the machine's own browser is."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


@asynccontextmanager
async def browser_open(path: str) -> AsyncIterator[Browser]:
    """Without a sandbox of its own: those who test in a container are root there."""
    async with playwright.async_playwright() as driver:
        browser = await driver.chromium.launch(executable_path=path, args=["--no-sandbox"])
        try:
            yield browser
        finally:
            await browser.close()


class Chat:
    """The page as one person has it open."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.faults: list[str] = []
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("console", self._note)
        page.set_default_timeout(PATIENCE_MS)

    def _note(self, said: object) -> None:
        if getattr(said, "type", "") == "error" and "409" not in str(said):
            self.faults.append(str(said))

    async def visit(self, address: str) -> Chat:
        """Open it and wait for the bot."""
        await self.page.goto(address)
        await expect(self.state).to_have_text("Bot is running")
        return self

    @property
    def state(self) -> Locator:
        return self.page.locator("#bot-state")

    @property
    def messages(self) -> Locator:
        return self.page.locator("#scroll .message")

    @property
    def private(self) -> Locator:
        return self.page.locator("#scroll .message.private")

    @property
    def images(self) -> Locator:
        return self.page.locator("#scroll .files img")

    @property
    def modal(self) -> Locator:
        return self.page.locator("dialog[open]").last

    @property
    def home(self) -> Locator:
        return self.page.locator(".home")

    @property
    def orders(self) -> Locator:
        """What GLM was asked to make: each costs money."""
        return self.page.locator(".entries .what").filter(has_text=re.compile("^POST .*images"))

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name, exact=True)

    async def write(self, words: str) -> None:
        await self.page.get_by_role("textbox", name="Message").fill(words)
        await self.page.keyboard.press("Enter")

    async def become(self, name: str) -> None:
        person = self.page.get_by_label("You are")
        option = person.locator("option").filter(has_text=name)
        await person.select_option(await option.get_attribute("value"))

    async def go(self, place: str) -> None:
        await self.page.locator("#places").get_by_role("button", name=place).click()

    async def weather(self, kind: str) -> None:
        await self.page.get_by_label("GLM weather").select_option(kind)
        await expect(self.page.get_by_label("GLM weather")).to_have_class(re.compile("rough"))

    async def sees_images(self, count: int) -> None:
        """Not only the elements: the bytes came and are pictures."""
        await expect(self.images).to_have_count(count)
        for n in range(count):
            await expect(self.images.nth(n)).to_have_js_property("complete", True)
            assert await self.images.nth(n).evaluate("image => image.naturalWidth") > 500

    async def focused(self) -> str:
        """The name of what has the focus."""
        return str(
            await self.page.evaluate(
                "() => document.activeElement.ariaLabel || document.activeElement.textContent"
            )
        )
