"""The state of an installation: good once, in the browser it was begun in, for ten minutes."""

from __future__ import annotations

from clock import FastClock
from peek import rows as rows_of

from glm_slackbot.app.serve import Bot
from glm_slackbot.storage.tables import installations, oauth_states

from .conftest import Browser, Town


async def test_a_forged_state_installs_nothing(town: Town, town_bot: Bot) -> None:
    browser = Browser(town_bot)
    back = town.oauth.approve(await browser.begin(), [town.place("T1")], "U2")
    forged = back.partition("&state=")[0] + "&state=forged"
    assert (await browser.get(forged)).status == 400
    browser.cookies["slack-app-oauth-state"] = "forged"  # even where the cookie agrees
    page = await browser.get(forged)
    assert page.status == 400
    assert "The bot is not installed" in page.words
    assert not await rows_of(town_bot.services.database, installations)
    assert town.slack.access_calls == []


async def test_a_state_of_another_browser_installs_nothing(town: Town, town_bot: Bot) -> None:
    attacker, victim = Browser(town_bot), Browser(town_bot)
    back = town.oauth.approve(await attacker.begin(), [town.place("T1")], "U2")
    await victim.begin()
    page = await victim.get(back)
    assert "stay in one browser" in page.words
    assert not await rows_of(town_bot.services.database, installations)


async def test_a_state_that_is_too_old_installs_nothing(
    town: Town, town_bot: Bot, clock: FastClock
) -> None:
    browser = Browser(town_bot)
    back = town.oauth.approve(await browser.begin(), [town.place("T1")], "U2")
    clock.advance(601)
    assert "longer than ten minutes" in (await browser.get(back)).words
    assert not await rows_of(town_bot.services.database, installations)
    await browser.begin()
    assert len(await rows_of(town_bot.services.database, oauth_states)) == 1  # the old is swept


async def test_a_page_loaded_twice_installs_once(town: Town, town_bot: Bot) -> None:
    browser = Browser(town_bot)
    back = town.oauth.approve(await browser.begin(), [town.place("T1")], "U2")
    kept = dict(browser.cookies)
    assert (await browser.get(back)).status == 200
    browser.cookies = kept
    page = await browser.get(back)
    assert page.status == 400
    assert "loaded a second time" in page.words
    assert len(town.slack.access_calls) == 1


async def test_a_state_in_the_database_cannot_be_used_by_its_reader(
    town: Town, town_bot: Bot
) -> None:
    browser = Browser(town_bot)
    url = await browser.begin()
    (row,) = await rows_of(town_bot.services.database, oauth_states)
    assert row["hash"] not in url
