"""Takes the README's pictures anew: ``PYTHONPATH=tests python tests/page/browser/pictures.py``."""

from __future__ import annotations

import asyncio
import io
import sys
from pathlib import Path

from chat import Chat, browser_open, chromium, expect
from PIL import Image
from sandbox_process import sandbox_running

FOLDER = Path(__file__).parents[3] / "docs"
SIZE = {"width": 1280, "height": 800}


async def take_all(browser_path: str) -> None:
    async with browser_open(browser_path) as browser, sandbox_running() as address:
        page = await browser.new_page(viewport=SIZE, color_scheme="light")
        chat = await Chat(page).visit(address)
        await take_chat(chat)
        await take_settings(chat)


async def take_chat(chat: Chat) -> None:
    await chat.write("/imagine a cyberpunk city --ar 16:9")
    await chat.sees_images(1)
    await chat.write("/imagine a fox --bogus")
    await expect(chat.private.last).to_contain_text("--bogus")
    await save(chat, "sandbox-chat.png")


async def take_settings(chat: Chat) -> None:
    await chat.become("ada")
    await chat.go("Home")
    await chat.button("Set API key").click()
    await chat.modal.get_by_role("textbox", name="API key").fill("an API key")
    await chat.button("Save").click()
    await expect(chat.modal.locator(".mistake").last).not_to_be_empty()
    await save(chat, "sandbox-home.png")


async def save(chat: Chat, name: str) -> None:
    """With 128 colours: a page has few, and the file is a third."""
    picture = Image.open(io.BytesIO(await chat.page.screenshot())).convert("RGB")
    FOLDER.mkdir(exist_ok=True)
    few = picture.quantize(128, dither=Image.Dither.NONE)
    few.save(FOLDER / name, optimize=True)
    print(f"{FOLDER / name}: {(FOLDER / name).stat().st_size // 1000} kB")


if __name__ == "__main__":
    found = chromium()
    if found is None:
        sys.exit("no chromium, chromium-browser or google-chrome on this machine")
    asyncio.run(take_all(found))
