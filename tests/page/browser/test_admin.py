"""Home and the settings, as an admin has them on the page."""

from __future__ import annotations

from glm_slackbot.domain.image_models import Provider
from glm_slackbot.sandbox.glm_api import TEST_API_KEYS

from .chat import Chat, expect

KEY = TEST_API_KEYS[Provider.BIGMODEL]


async def test_home_shows_an_admin_the_month_and_a_member_only_their_own(chat: Chat) -> None:
    await chat.write("/imagine a fox")
    await chat.sees_images(1)
    await chat.go("Home")
    await expect(chat.home).to_contain_text("Your images")
    await expect(chat.button("Set API key")).to_have_count(0)
    await chat.become("ada")
    await chat.go("Home")
    await expect(chat.home).to_contain_text("This month in this workspace")
    await expect(chat.home).to_contain_text("@dana: 1 (0.10 CNY)")


async def test_an_api_key_is_set_after_a_mistake_was_mended(chat: Chat) -> None:
    await chat.become("ada")
    await chat.go("Home")
    await chat.button("Set API key").click()
    secret = chat.modal.get_by_role("textbox", name="API key")
    await secret.fill("no key at all")
    await chat.button("Save").click()
    await expect(chat.modal.get_by_text("An API key looks like id.secret")).to_be_visible()
    await expect(secret).to_be_focused()
    await expect(secret).to_have_attribute("aria-invalid", "true")
    await secret.fill(KEY)
    await chat.button("Save").click()
    await expect(chat.modal).to_contain_text("accepts the API key")
    await chat.page.keyboard.press("Escape")
    await expect(chat.home).to_contain_text(f"ending in {KEY[-4:]}")
    assert KEY not in await chat.page.content()


async def test_a_form_left_empty_says_so_without_asking_the_bot(chat: Chat) -> None:
    await chat.become("ada")
    await chat.go("Home")
    await chat.button("Set API key").click()
    await chat.modal.get_by_role("textbox", name="API key").fill("")
    await chat.button("Save").click()
    await expect(chat.modal).to_contain_text("Please complete this required field.")


async def test_settings_are_saved_and_hold_for_everybody(chat: Chat) -> None:
    await chat.become("ada")
    await chat.go("Home")
    await chat.home.get_by_role("button", name="Settings").click()
    await chat.modal.get_by_label("Default model").select_option("cogview-4")
    await chat.modal.get_by_label("#atelier").check()
    await chat.modal.get_by_label("Images a person may ask for in 24 hours").fill("3")
    await chat.button("Save").click()
    await expect(chat.modal).to_contain_text("cogview-4")
    await chat.button("Close").click()
    await expect(chat.home).to_contain_text("#atelier")
    await chat.become("dana")
    await chat.go("#design")
    await chat.write("/imagine a fox")
    await expect(chat.private.last).to_contain_text("#atelier")


async def test_lin_finds_a_form_in_chinese_only_where_she_may(chat: Chat) -> None:
    await chat.become("lin")
    await chat.go("Home")
    await chat.button("如何生成图片").click()
    await expect(chat.modal).to_have_attribute("lang", "zh-CN")
    await chat.page.keyboard.press("Escape")
    await expect(chat.modal).to_have_count(0)
    await expect(chat.button("如何生成图片")).to_be_focused()


async def test_home_begins_at_its_top_for_whoever_looks_and_leads_to_the_image(chat: Chat) -> None:
    await chat.write("/imagine a fox")
    await chat.sees_images(1)
    await chat.go("Home")
    await expect(chat.home).to_contain_text("a fox")
    assert await chat.page.locator("#scroll").evaluate("pane => pane.scrollTop") == 0
    await chat.become("ada")
    await expect(chat.home).to_contain_text("This month in this workspace")
    await chat.become("dana")
    await chat.home.get_by_role("link", name="Open in Slack").click()
    await expect(chat.messages.last).to_be_focused()
    await expect(chat.messages.last).to_contain_text("a fox")
