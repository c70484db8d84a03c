"""What is told where installing fails, or what was installed cannot be used."""

from __future__ import annotations

import pytest
from peek import rows as rows_of
from sqlalchemy import text

from glm_slackbot.app.serve import Bot
from glm_slackbot.sandbox.slack_weather import error as slack_error
from glm_slackbot.sandbox.slack_weather import html
from glm_slackbot.storage.secret_box import new_encryption_key
from glm_slackbot.storage.tables import installations

from ..conftest import BotStarter
from .conftest import Browser, Town, see_image


@pytest.mark.parametrize(("language", "words"), [("en", "cancelled"), ("zh-CN,zh", "取消")])
async def test_who_cancels_is_told_so(town: Town, town_bot: Bot, language: str, words: str) -> None:
    browser = Browser(town_bot, language=language)
    page = await browser.get(town.oauth.deny(await browser.begin()))
    assert page.status == 400
    assert words in page.words


@pytest.mark.parametrize(
    ("trouble", "words"),
    [
        (slack_error("bad_client_secret"), "SLACK_CLIENT_SECRET"),
        (slack_error("invalid_code"), "one-time code"),
        (slack_error("user_email_unverified"), "user_email_unverified"),
        (html(502), "Slack did not answer"),
    ],
)
async def test_what_slack_refuses_is_told(
    town: Town, town_bot: Bot, trouble: object, words: str
) -> None:
    town.slack.weather.always("oauth.v2.access", trouble)  # type: ignore[arg-type]
    page = await town.install(town_bot, "T1")
    assert page.status == 400
    assert words in page.words
    assert not await rows_of(town_bot.services.database, installations)


async def test_a_strangers_words_in_the_address_are_only_words(town_bot: Bot) -> None:
    page = await Browser(town_bot).get("/slack/oauth_redirect?error=%3Cscript%3Ealert(1)")
    assert "<script>" not in page.words
    assert "&lt;script&gt;" in page.words


async def test_without_any_of_it_the_page_still_answers(town_bot: Bot) -> None:
    assert (await Browser(town_bot).get("/slack/oauth_redirect")).status == 400


async def test_a_fault_of_ours_is_a_page_with_a_reference(town: Town, town_bot: Bot) -> None:
    browser = Browser(town_bot)
    back = town.oauth.approve(await browser.begin(), [town.place("T1")], "U2")
    async with town_bot.services.database.write() as connection:
        await connection.execute(text("DROP TABLE installations"))
    page = await browser.get(back)
    assert page.status == 500
    assert "could not be saved" in page.words
    assert "Traceback" not in page.words


async def test_whose_token_cannot_be_decrypted_is_told_why(
    town: Town, start_town_bot: BotStarter
) -> None:
    place = town.place("T1")
    async with start_town_bot(encryption_key=new_encryption_key()) as bot:
        await town.install(bot, "T1")
    async with start_town_bot(encryption_key=new_encryption_key()) as bot:
        await place.command("a fox", user="U1", channel="C1")
        await town.world.until(
            lambda: [m for m in place.ephemerals("U1") if "cannot be decrypted" in m.words]
        )
        assert len(await rows_of(bot.services.database, installations)) == 1  # never deleted
        await town.install(bot, "T1")
        await place.command("a fox", user="U1", channel="C1")
        await see_image(place)
