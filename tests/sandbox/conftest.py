"""A stand-in Slack on its network, slack_sdk's own client, and a tiny app to receive payloads."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

import aiohttp
import pytest
from aiohttp import web
from slack_sdk.web.async_client import AsyncWebClient

from glm_slackbot.sandbox.network import StandInNetwork
from glm_slackbot.sandbox.slack_stand_in import SlackStandIn


class Clock:
    """Time that moves when told to."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


@dataclass
class TinyApp:
    """Keeps what Slack sent; answers with `replies` in turn, then with empty 200s."""

    received: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    replies: list[web.Response] = field(default_factory=list)

    async def receive(self, request: web.Request) -> web.Response:
        self.received.append((dict(request.headers), await request.read()))
        return self.replies.pop(0) if self.replies else web.Response()

    @property
    def headers(self) -> dict[str, str]:
        return self.received[-1][0]

    @property
    def form(self) -> dict[str, str]:
        fields = parse_qs(self.received[-1][1].decode(), keep_blank_values=True)
        return {name: values[0] for name, values in fields.items()}

    @property
    def interaction(self) -> dict[str, Any]:
        return json.loads(self.form["payload"])

    @property
    def events(self) -> list[dict[str, Any]]:
        return [json.loads(body)["event"] for _, body in self.received if body.startswith(b"{")]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def slack(clock: Clock) -> SlackStandIn:
    stand_in = SlackStandIn(clock=clock)
    stand_in.uploads.processing_seconds = 0.01
    stand_in.event_pauses = (0.0, 0.0, 0.0)
    return stand_in


@pytest.fixture
async def slack_network(slack: SlackStandIn) -> AsyncIterator[StandInNetwork]:
    async with StandInNetwork(dict.fromkeys(slack.hosts, slack.web_app())) as network:
        yield network


@pytest.fixture
async def session(slack_network: StandInNetwork) -> AsyncIterator[aiohttp.ClientSession]:
    connector = slack_network.slack_connector()
    async with aiohttp.ClientSession(connector=connector) as session:
        yield session


@pytest.fixture
def client(slack: SlackStandIn, session: aiohttp.ClientSession) -> AsyncWebClient:
    client = AsyncWebClient(slack.workspace.bot_token, session=session)
    client.retry_handlers.clear()
    return client


@pytest.fixture
async def tiny_app(slack: SlackStandIn) -> AsyncIterator[TinyApp]:
    tiny = TinyApp()
    app = web.Application()
    app.router.add_post("/slack/events", tiny.receive)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    slack.request_url = f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events"
    yield tiny
    await slack.http.close()
    await runner.cleanup()
