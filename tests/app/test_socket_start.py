"""How Socket Mode starts: with a token that is refused, and with Slack away."""

from __future__ import annotations

import asyncio
import logging

import aiohttp
import pytest
from conftest import BotStarter
from structlog.testing import capture_logs

from glm_slackbot.app.serve import Bot
from glm_slackbot.app.settings_error import SettingsError
from glm_slackbot.sandbox import slack_weather
from glm_slackbot.sandbox.world import World


async def ready(bot: Bot) -> str:
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"http://127.0.0.1:{bot.port}/readyz") as response,
    ):
        return await response.text()


@pytest.mark.parametrize("code", ["invalid_auth", "not_allowed_token_type", "missing_scope"])
async def test_a_token_that_slack_refuses_keeps_it_from_starting(
    world: World, start_bot: BotStarter, code: str
) -> None:
    world.slack.weather.always("apps.connections.open", slack_weather.error(code))
    with pytest.raises(SettingsError, match=rf"SLACK_APP_TOKEN is not accepted .*{code}"):
        async with asyncio.timeout(8), start_bot(socket_mode=True):
            pass


@pytest.mark.parametrize("trouble", [slack_weather.error("internal_error"), slack_weather.drop()])
async def test_while_slack_is_away_it_starts_tries_on_and_is_not_ready(
    world: World,
    start_bot: BotStarter,
    caplog: pytest.LogCaptureFixture,
    trouble: slack_weather.Trouble,
) -> None:
    world.slack.weather.always("apps.connections.open", trouble)
    caplog.set_level(logging.WARNING)
    with capture_logs() as lines:
        async with asyncio.timeout(40), start_bot(socket_mode=True) as bot:
            assert await ready(bot) == "not ready: socket"
            world.slack.weather.clear()
            await world.slack.socket.connected(30.0)
            assert await ready(bot) == "ready"
    assert not caplog.records
    told = [line["log_level"] for line in lines if "by Socket Mode" in line["event"]]
    assert told[:1] == ["warning"]


async def test_what_never_connects_ends_all_the_same(world: World, start_bot: BotStarter) -> None:
    world.slack.weather.always("apps.connections.open", slack_weather.slow(60.0))
    async with asyncio.timeout(15), start_bot(socket_mode=True) as bot:
        assert await ready(bot) == "not ready: socket"
