"""Tokens and secrets are in nobody's reach: database, log, pages, what is sent to Slack."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from clock import FastClock

from glm_slackbot.observe import set_up_logging
from glm_slackbot.sandbox.slack_weather import error as slack_error

from ..conftest import BotStarter
from .conftest import CLIENT_SECRET, Browser, Town, oauth_settings, see_image


@pytest.fixture
def log_lines(capsys: pytest.CaptureFixture[str], logging_as_before: None) -> Callable[[], str]:
    """All that is logged, at the level that says most."""
    set_up_logging("json", "DEBUG", oauth_settings("sqlite:///not-opened.db").secrets())
    return lambda: capsys.readouterr().err


async def test_tokens_are_found_in_no_file_and_no_line(
    town: Town,
    start_town_bot: BotStarter,
    rows: Path,
    clock: FastClock,
    log_lines: Callable[[], str],
) -> None:
    town.oauth.rotates = True
    place = town.place("T1")
    seen: set[str] = {CLIENT_SECRET}
    async with start_town_bot() as bot:
        page = await town.install(bot, "T1")
        for count in (1, 2):
            seen |= place.workspace.bot_tokens()
            clock.advance(11 * 3600)
            await place.command(f"fox {count}", user="U1", channel="C1")
            await see_image(place, count)
        town.slack.weather.always("oauth.v2.access", slack_error("invalid_code"))
        browser = Browser(bot)
        back = town.oauth.approve(await browser.begin(), [place], "U2")
        await browser.get(back)
        seen |= place.workspace.bot_tokens() | town.oauth.refresh_tokens_given
        seen.add(back.partition("code=")[2].partition("&")[0])
        files = _bytes_of(rows.parent)
    files += _bytes_of(rows.parent)
    files_and_lines = files + log_lines().encode() + page.words.encode()
    assert len(seen) >= 8
    for secret in seen:
        assert secret.encode() not in files_and_lines
    sent = repr([place.everything_sent(), [c.args for c in place.workspace.api_calls]])
    assert not [secret for secret in seen if secret in sent]


def _bytes_of(folder: Path) -> bytes:
    return b"".join(f.read_bytes() for f in folder.rglob("*") if f.is_file())
