"""Asking for images on the page, in English and in Chinese."""

from __future__ import annotations

from .chat import Chat, expect


async def test_who_asks_sees_the_image_and_again_brings_another(chat: Chat) -> None:
    await chat.write("/imagine a fox in the snow --ar 16:9")
    await expect(chat.private).to_contain_text("Request accepted")
    await chat.sees_images(1)
    await chat.button("Again").click()
    await chat.sees_images(2)
    await expect(chat.messages.last).to_contain_text("Asked by @dana")
    await expect(chat.orders).to_have_count(2)


async def test_a_mention_is_answered_in_its_thread(chat: Chat) -> None:
    await chat.write("@GLM-Image a lighthouse at dusk")
    await chat.page.get_by_role("button", name="1 reply").click()
    thread = chat.page.get_by_role("region", name="Thread", exact=True)
    await expect(thread.locator(".files img")).to_have_count(1)
    await chat.page.get_by_role("textbox", name="Reply").fill("/imagine a fox")
    await chat.page.keyboard.press("Enter")
    await expect(chat.page.get_by_role("alert")).to_contain_text("not supported in threads")
    await expect(chat.page.get_by_role("textbox", name="Reply")).to_have_value("/imagine a fox")
    chat.faults = [fault for fault in chat.faults if "400" not in fault]


async def test_what_the_provider_refuses_is_told_to_the_one_who_asked(chat: Chat) -> None:
    await chat.weather("refuses")
    await chat.write("/imagine a fox")
    await expect(chat.private.last).to_contain_text("content policy")
    await chat.become("ada")
    await expect(chat.messages).to_have_count(0)


async def test_delete_asks_first_and_keep_keeps(chat: Chat) -> None:
    await chat.write("/imagine a fox")
    await chat.sees_images(1)
    await chat.button("Delete").click()
    await chat.modal.get_by_role("button", name="Keep").click()
    await expect(chat.images).to_have_count(1)
    await chat.button("Delete").click()
    await chat.modal.get_by_role("button", name="Delete").click()
    await expect(chat.images).to_have_count(0)


async def test_killed_in_the_middle_of_an_image_it_goes_on_and_buys_nothing_twice(
    chat: Chat,
) -> None:
    await chat.write("/imagine a fox")
    await expect(chat.orders).to_have_count(1)
    await chat.button("Kill").click()
    await expect(chat.state).to_have_text("Bot is not running")
    await chat.write("/imagine a bear")
    await expect(chat.private.last).to_contain_text("/imagine")
    await chat.button("Start").click()
    await chat.sees_images(1)
    await expect(chat.messages.last).to_contain_text("a fox")
    await expect(chat.orders).to_have_count(1)


async def test_lin_reads_all_of_it_in_chinese(chat: Chat) -> None:
    await chat.become("lin")
    await chat.write("/imagine 雪中的狐狸")
    await expect(chat.private).to_contain_text("请求已受理")
    await expect(chat.private).to_contain_text("仅对你可见")
    await chat.sees_images(1)
    await chat.button("再来一次").click()
    await chat.sees_images(2)
    await chat.weather("refuses")
    await chat.write("/imagine 一只熊")
    await expect(chat.private.last).to_contain_text("内容政策")
    await expect(chat.private.last.locator(".words").first).to_have_attribute("lang", "zh-CN")
    await chat.go("Home")
    await expect(chat.home).to_contain_text("你的图片")


async def test_killed_and_started_again_by_socket_mode_lin_gets_the_image(chat: Chat) -> None:
    await chat.become("lin")
    await chat.write("/imagine 雪中的狐狸")
    await expect(chat.orders).to_have_count(1)
    await chat.button("Kill").click()
    await expect(chat.state).to_have_text("Bot is not running")
    await chat.page.get_by_label("Delivery").select_option("socket")
    await expect(chat.state).to_have_text("Bot is running")
    await chat.sees_images(1)
    await expect(chat.orders).to_have_count(1)
