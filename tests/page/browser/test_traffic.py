"""What Slack and GLM received, beside the chat."""

from __future__ import annotations

from .chat import Chat, expect


async def test_an_entry_opens_to_its_details_without_secrets(chat: Chat) -> None:
    await chat.write("/imagine a fox")
    await chat.orders.click()
    details = chat.page.locator(".entries [open] pre")
    await expect(details).to_contain_text('"prompt": "a fox"')
    await chat.sees_images(1)
    await expect(details).to_be_visible()
    assert "xoxb-" not in await chat.page.content()


async def test_the_keyboard_goes_through_the_traffic_as_one_list(chat: Chat) -> None:
    await chat.write("/imagine a fox")
    await chat.sees_images(1)
    stops = chat.page.locator('.entries summary[tabindex="0"]')
    await stops.focus()
    for key in ("End", "ArrowUp", "ArrowUp", "ArrowDown", "Enter"):
        await chat.page.keyboard.press(key)
    last_but_one = chat.page.locator(".entries li").nth(-2)
    await expect(last_but_one.locator("details")).to_have_attribute("open", "")
    await expect(stops).to_have_count(1)
    assert await chat.page.evaluate(POLLS_OF_TWO_IMAGES) == ["× 2", "GET /async-result/…"]


POLLS_OF_TWO_IMAGES = """async () => {
  const {Entry} = await import('/static/entry.js');
  const poll = (n) => ({n, at: n, from: 'GLM-Image', to: 'GLM', ok: true, detail: {},
    what: `GET /async-result/${n}`});
  const entry = new Entry(poll(1));
  if (entry.isSame(poll(2))) entry.tell(poll(2));
  return [entry.times.textContent, entry.what.textContent];
}"""


async def test_failures_can_be_seen_alone(chat: Chat) -> None:
    await chat.weather("refuses")
    await chat.write("/imagine a fox")
    await expect(chat.private.last).to_contain_text("content policy")
    await chat.page.locator("#traffic-filter").select_option("Failures")
    shown = chat.page.locator(".entries li:visible")
    await expect(shown).to_have_count(1)
    await expect(shown).to_contain_text("images/generations")
    await chat.button("Clear").click()
    await expect(chat.page.locator("#traffic .empty")).to_contain_text("/imagine a fox in the snow")


async def test_the_bot_that_slack_does_not_reach_is_told_by_slackbot(chat: Chat) -> None:
    await chat.button("Stop").click()
    await expect(chat.state).to_have_text("Bot is not running")
    await chat.write("/imagine a fox")
    await expect(chat.private.last).to_contain_text("Slackbot")
    await chat.button("Reload Slack").click()
    await expect(chat.messages).to_have_count(0)
    await expect(chat.page.locator("#scroll")).to_contain_text("Nothing here yet")


async def test_a_channel_without_the_bot_offers_to_invite_it(chat: Chat) -> None:
    await chat.go("#random")
    await chat.write("@GLM-Image a fox")
    await expect(chat.messages.last).to_contain_text("not in this channel")
    await chat.button("Invite GLM-Image").click()
    await expect(chat.button("Invite GLM-Image")).to_be_hidden()
    await chat.write("@GLM-Image a fox")
    await expect(chat.page.get_by_role("button", name="1 reply")).to_be_visible()


async def test_an_address_that_names_nobody_shows_the_page_to_dana(chat: Chat) -> None:
    await chat.page.goto(chat.page.url.partition("?")[0] + "?as=nobody")
    await expect(chat.state).to_have_text("Bot is running")
    await expect(chat.page.get_by_label("You are")).to_have_value("U1")
    chat.faults = [fault for fault in chat.faults if "400" not in fault]
