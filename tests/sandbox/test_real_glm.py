"""``--real``: Slack's names stay in the sandbox, all others leave it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest
from aiohttp import web

from glm_slackbot.sandbox.network import StandInNetwork
from glm_slackbot.sandbox.real_glm import RealButSlack
from glm_slackbot.sandbox.slack_stand_in import SlackStandIn


async def outside(request: web.Request) -> web.Response:
    return web.Response(text=f"outside: {request.method} {await request.text()}")


@pytest.fixture
async def outside_port() -> AsyncIterator[int]:
    app = web.Application()
    app.router.add_route("*", "/", outside)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield runner.addresses[0][1]
    await runner.cleanup()


async def test_only_slack_is_a_stand_in(
    slack: SlackStandIn, slack_network: StandInNetwork, outside_port: int
) -> None:
    roads = RealButSlack(slack.hosts, slack_network.httpx_transport)
    async with httpx.AsyncClient(transport=roads) as client:
        inside = await client.post("https://files.slack.com/upload/v1/F0", content=b"bytes")
        real = await client.post(f"http://127.0.0.1:{outside_port}/", content=b"bytes")
        with pytest.raises(httpx.ConnectError):
            await client.get("http://127.0.0.1:1/")

    assert (inside.status_code, inside.text) == (404, "no such upload")
    assert real.text == "outside: POST bytes"
