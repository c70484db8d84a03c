"""Health and metrics: what operators and strangers may see."""

from __future__ import annotations

import logging
from dataclasses import replace

import aiohttp
import pytest
from conftest import BotStarter

from glm_slackbot.app.health import Health
from glm_slackbot.app.serve import Bot
from glm_slackbot.sandbox.slack_weather import error as slack_error
from glm_slackbot.sandbox.world import World
from glm_slackbot.workflow.services import WorkerState


async def get(bot: Bot, path: str, **headers: str) -> tuple[int, str]:
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"http://127.0.0.1:{bot.port}{path}", headers=headers) as answer,
    ):
        return answer.status, await answer.text()


async def test_a_running_bot_is_alive_and_ready(bot: Bot) -> None:
    assert await get(bot, "/healthz") == (200, "ok")
    assert await get(bot, "/readyz") == (200, "ready")


async def test_a_bot_that_slack_has_not_answered_is_alive_but_not_ready(
    world: World, start_bot: BotStarter
) -> None:
    world.slack.weather.always("auth.test", slack_error("internal_error"))
    async with start_bot() as bot:
        assert await get(bot, "/healthz") == (200, "ok")
        assert await get(bot, "/readyz") == (503, "not ready: slack")


async def test_a_stalled_worker_is_not_ready(bot: Bot) -> None:
    stalled = replace(bot.services, worker_state=WorkerState(bot.services.clock.now() - 60))

    assert (await Health(stalled, bot.identity).checks())["worker"] is False


async def test_metrics_tell_counts_and_no_names(bot: Bot, world: World) -> None:
    await world.slack.command("a fox", user="U1", channel="C1")
    await world.until(lambda: [m for m in world.slack.messages("C1") if m.files])

    status, words = await get(bot, "/metrics")

    assert status == 200
    assert 'glm_slackbot_requests_accepted_total{origin="command"} 1.0' in words
    assert not any(name in words for name in ("U1", "C1", "T0SANDBOX"))


PROXIES = [
    "Forwarded",
    "Via",
    "X-Forwarded-For",
    "X-Forwarded-Host",
    "X-Forwarded-Port",
    "X-Forwarded-Proto",
    "X-Forwarded-Server",
    "X-Forwarded-Prefix",
    "X-Original-Forwarded-For",
    "X-Real-IP",
    "X-Client-IP",
    "Client-IP",
    "X-Cluster-Client-IP",
    "Fly-Client-IP",
    "Fastly-Client-IP",
    "True-Client-IP",
    "CF-Connecting-IP",
    "CDN-Loop",
    "CF-Connecting-IPv6",
    "X-Azure-ClientIP",
    "X-Azure-SocketIP",
    "X-Envoy-External-Address",
    "X-Remote-Addr",
    "CloudFront-Viewer-Address",
    "X-Nf-Client-Connection-Ip",
    "X-Originating-IP",
    "X-AppEngine-User-IP",
]


@pytest.mark.parametrize("header", PROXIES)
async def test_metrics_are_not_there_for_who_comes_through_a_proxy(bot: Bot, header: str) -> None:
    assert (await get(bot, "/metrics", **{header: "1.2.3.4"}))[0] == 404


async def test_metrics_are_there_through_a_proxy_for_who_has_the_token(
    start_bot: BotStarter,
) -> None:
    async with start_bot(metrics_token="abc") as bot:
        forwarded = {"X-Forwarded-For": "1.2.3.4"}
        assert (await get(bot, "/metrics", Authorization="Bearer abc", **forwarded))[0] == 200
        for same in ("bearer abc", "BEARER  abc"):
            assert (await get(bot, "/metrics", Authorization=same, **forwarded))[0] == 200
        for other in ("Bearer abd", "Bearer ü", "Bearer", "abc", "Basic abc", "Bearer Abc"):
            assert (await get(bot, "/metrics", Authorization=other, **forwarded))[0] == 404


async def test_bolt_leaves_the_level_of_our_own_log_lines_alone(
    start_bot: BotStarter, world: World
) -> None:
    ours = logging.getLogger("glm_slackbot")
    before = ours.level
    ours.setLevel(logging.DEBUG)
    try:
        async with start_bot():
            await world.slack.command("help", user="U1", channel="C1")
            await world.slack.mention("@bot help", user="U1", channel="C1")
            assert ours.level == logging.DEBUG
    finally:
        ours.setLevel(before)
