"""The two routes, as browsers, proxies, link checkers and strangers use them."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest
from peek import rows as rows_of

from glm_slackbot.app.serve import Bot
from glm_slackbot.storage.tables import installations, oauth_states

from .conftest import BASE, Browser, Town


async def knock(bot: Bot, method: str, path: str, **given: object) -> tuple[int, str, str]:
    async with (
        aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session,
        session.request(
            method,
            f"http://127.0.0.1:{bot.port}{path}",
            allow_redirects=False,
            **given,  # type: ignore[arg-type]
        ) as answer,
    ):
        return answer.status, await answer.text(), str(answer.headers)


@pytest.mark.parametrize("path", ["/slack/install", "/slack/oauth_redirect?code=1&state=2"])
async def test_a_link_checker_begins_and_ends_nothing(town_bot: Bot, path: str) -> None:
    status, _, headers = await knock(town_bot, "HEAD", path)
    assert status == 200
    assert "Set-Cookie" not in headers
    assert await rows_of(town_bot.services.database, oauth_states) == []


@pytest.mark.parametrize("path", ["/slack/install", "/slack/oauth_redirect"])
async def test_other_methods_are_told_which_one_there_is(town_bot: Bot, path: str) -> None:
    status, _, headers = await knock(town_bot, "POST", path, data={"a": "b"})
    assert status == 405
    assert "GET" in headers


async def test_the_cookie_is_for_this_browser_and_https_alone(town_bot: Bot) -> None:
    page = await Browser(town_bot).get("/slack/install")
    cookie = page.headers["Set-Cookie"]
    for word in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=600"):
        assert word in cookie
    assert page.headers["Cache-Control"] == "no-store"


async def test_a_team_to_install_into_is_passed_on_and_nothing_else(town_bot: Bot) -> None:
    browser = Browser(town_bot)
    good = await browser.get("/slack/install?team=T1&redirect_uri=https://evil.example")
    asked = parse_qs(urlsplit(good.location).query)
    assert asked["team"] == ["T1"]
    assert asked["redirect_uri"] == [f"{BASE}/slack/oauth_redirect"]


@pytest.mark.parametrize("team", ["T1%26scope%3Dadmin", "%0d%0aX-Evil%3a1", "%FF", "%00", ""])
async def test_an_odd_team_is_left_out(town_bot: Bot, team: str) -> None:
    status, _, headers = await knock(town_bot, "GET", f"/slack/install?team={team}")
    assert status == 302
    assert "admin" not in headers
    assert "evil" not in headers.lower()


@pytest.mark.parametrize(
    "query",
    [
        "state=" + "x" * 7000,
        "state=%00&code=%00",
        "state=%ED%A0%80&code=1",
        "state=a&state=b&code=c&code=d",
        "state[]=1&code[$ne]=1",
        "%%%&&&===",
        "code=1",
        "error=",
        "error=" + "%F0%9F%A6%8A" * 500,
        "error={reference}{0}",
    ],
)
async def test_an_odd_question_is_a_page_that_says_no(town_bot: Bot, query: str) -> None:
    browser = Browser(town_bot, cookies={"slack-app-oauth-state": "x" * 500})
    page = await browser.get(f"/slack/oauth_redirect?{query}")
    assert page.status == 400
    assert "The bot is not installed" in page.words
    assert "()" not in page.words
    assert await rows_of(town_bot.services.database, installations) == []


async def test_cookies_in_two_lines_are_all_read(town: Town, town_bot: Bot) -> None:
    """As some proxies hand them on."""
    browser = Browser(town_bot)
    back = town.oauth.approve(await browser.begin(), [town.place("T1")], "U2")
    ((name, state),) = browser.cookies.items()
    headers = [("Cookie", f"{name}={state}"), ("Cookie", "other=1")]
    status, _, _ = await knock(town_bot, "GET", back.removeprefix(BASE), headers=headers)
    assert status == 200


async def test_starting_again_is_at_the_address_that_the_cookie_is_for(town_bot: Bot) -> None:
    """Who began at another address of the same machine was told that the browser was another."""
    page = await Browser(town_bot).get("/slack/oauth_redirect?code=1&state=2")
    assert f'href="{BASE}/slack/install"' in page.words


async def test_an_app_that_is_not_distributed_is_told_to_whoever_runs_it(town_bot: Bot) -> None:
    error = "invalid_team_for_non_distributed_app"
    page = await Browser(town_bot).get(f"/slack/oauth_redirect?error={error}")
    assert "Manage Distribution" in page.words
