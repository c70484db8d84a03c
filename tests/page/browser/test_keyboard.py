"""The page without a mouse, and what stays where it is when the state changes."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from .chat import Chat, expect

if TYPE_CHECKING:
    from playwright.async_api import Route


async def test_the_keyboard_alone_is_enough(chat: Chat) -> None:
    press = chat.page.keyboard.press
    assert await chat.focused() == "Message", "who opens the page can write at once"
    await chat.page.get_by_role("link", name="Skip to the message field").focus()
    await press("Enter")
    await chat.page.keyboard.type("/imagine a fox")
    await press("Enter")
    await chat.sees_images(1)
    for _ in range(9):
        await press("Shift+Tab")
        if await chat.focused() == "Again":
            break
    await press("Enter")
    await chat.sees_images(2)


async def test_shift_enter_breaks_the_line_and_up_brings_back_what_was_sent(chat: Chat) -> None:
    field = chat.page.get_by_role("textbox", name="Message")
    await field.press_sequentially("/imagine a fox")
    await field.press("Shift+Enter")
    await field.press_sequentially("in the snow")
    await field.press("Enter")
    await expect(field).to_have_value("")
    await field.press("ArrowUp")
    await expect(field).to_have_value("/imagine a fox\nin the snow")
    await field.press("ArrowDown")
    await expect(field).to_have_value("")


async def test_escape_closes_a_modal_and_the_focus_returns(chat: Chat) -> None:
    await chat.become("ada")
    await chat.go("Home")
    await chat.button("Set API key").press("Enter")
    await expect(chat.modal.get_by_role("radio").first).to_be_focused()
    for _ in range(8):  # round and round, and never out of it
        await chat.page.keyboard.press("Tab")
        assert await chat.page.evaluate(
            "() => document.activeElement === document.body"
            " || Boolean(document.activeElement.closest('dialog'))"
        )
    await chat.page.keyboard.press("Escape")
    await expect(chat.button("Set API key")).to_be_focused()


async def test_what_is_typed_and_focused_survives_messages_that_come_in(chat: Chat) -> None:
    await chat.write("/imagine a fox")
    field = chat.page.get_by_role("textbox", name="Message")
    await field.press_sequentially("half a sent")
    await chat.sees_images(1)
    await expect(field).to_be_focused()
    await expect(field).to_have_value("half a sent")
    await chat.go("#random")
    await expect(field).to_have_value("")
    await chat.go("#design")
    await expect(field).to_have_value("half a sent")


async def test_what_is_typed_as_soon_as_one_is_somebody_else_stays(chat: Chat) -> None:
    typed = asyncio.Event()

    async def slowly(route: Route) -> None:
        await typed.wait()
        await route.continue_()

    await chat.write("/imagine a fox --bogus")
    await expect(chat.private).to_have_count(1)  # of which lin sees nothing
    field = chat.page.get_by_role("textbox", name="Message")
    await field.fill("of dana")
    await chat.page.route("**/events?*", slowly)
    await chat.become("lin")
    await field.fill("of lin")
    typed.set()
    await expect(chat.messages).to_have_count(0)
    await expect(field).to_have_value("of lin")
    await chat.become("dana")
    await expect(field).to_have_value("of dana")


async def test_the_end_stays_in_sight_while_images_make_the_chat_longer(chat: Chat) -> None:
    for n in (1, 2):
        await chat.write(f"/imagine fox {n}")
        await chat.sees_images(n)
    below = "pane => pane.scrollHeight - pane.scrollTop - pane.clientHeight"
    assert await chat.page.locator("#scroll").evaluate(below) < 2
    await expect(chat.button("New messages ↓")).to_be_hidden()


async def test_who_reads_above_is_not_moved_and_is_told_of_what_is_new(chat: Chat) -> None:
    await chat.write("/imagine a fox")
    await chat.sees_images(1)
    await chat.write("/imagine a bear")
    await expect(chat.messages).to_have_count(3)
    scroll = chat.page.locator("#scroll")
    await scroll.evaluate("pane => { pane.scrollTop = 0; }")
    await chat.sees_images(2)
    assert await scroll.evaluate("pane => pane.scrollTop") == 0
    await expect(chat.page.locator("#news")).to_contain_text("GLM-Image: Image: a bear")
    await scroll.evaluate("pane => { pane.scrollTop = 0; }")
    await chat.write("/imagine --bogus")
    await expect(chat.private.last).to_be_in_viewport()
    await expect(chat.button("New messages ↓")).to_be_hidden()


async def test_news_elsewhere_are_marked_at_their_place(chat: Chat) -> None:
    await chat.write("/imagine a fox")
    await chat.go("Direct message")
    await expect(
        chat.page.locator("#places").get_by_role("button", name="#design")
    ).to_contain_text("new")
