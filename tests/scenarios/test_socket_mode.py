"""Socket Mode's own life: connections that end, and health routes beside it."""

from __future__ import annotations

from pathlib import Path

import aiohttp
import pytest

from glm_slackbot.app.serve import running_bot
from glm_slackbot.sandbox.world import World, world_settings

from ..conftest import BotStarter
from .seeing import see_result, see_results

pytestmark = pytest.mark.usefixtures("mannerly")


@pytest.mark.parametrize("end", ["disconnect", "drop"])
async def test_a_connection_that_ends_is_opened_again(
    world: World, start_bot: BotStarter, end: str
) -> None:
    async with start_bot(socket_mode=True):
        await world.slack.socket.connected()
        await world.slack.command("a fox", user="U1", channel="C1")
        await see_result(world)
        await getattr(world.slack.socket, end)()
        await world.slack.socket.connected(30.0)
        await world.slack.command("an owl", user="U1", channel="C1")
        await see_results(world, 2)


async def test_health_routes_answer_beside_it(world: World, start_bot: BotStarter) -> None:
    async with start_bot(socket_mode=True) as bot, aiohttp.ClientSession() as session:
        for path in ("healthz", "readyz", "metrics"):
            async with session.get(f"http://127.0.0.1:{bot.port}/{path}") as response:
                assert response.status == 200
        async with session.post(f"http://127.0.0.1:{bot.port}/slack/events") as response:
            assert response.status == 404


async def test_without_a_port_there_are_none(world: World, tmp_path: Path) -> None:
    settings = world_settings(f"sqlite:///{tmp_path / 'bot.db'}", socket_mode=True)
    async with running_bot(settings, network=world.network, clock=world.clock) as bot:
        await world.slack.socket.connected()
        assert bot.port is None


async def test_everything_is_acked_also_what_nobody_listens_to(
    world: World, start_bot: BotStarter
) -> None:
    async with start_bot(socket_mode=True):
        await world.slack.socket.connected()
        await world.slack.mention("look, @bot", user="U1", channel="C1")
        await world.slack.open_home("U1")
    assert all(sent.answer.ok for sent in world.slack.sent)
    assert len(world.slack.socket.acks) == len(world.slack.sent)
