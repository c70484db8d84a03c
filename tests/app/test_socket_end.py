"""How Socket Mode ends: soon, also where the other side says nothing more."""

from __future__ import annotations

import asyncio
import time

from aiohttp import web
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult

from glm_slackbot.app.socket_mode import socket_mode
from glm_slackbot.sandbox.network import StandInNetwork


async def address(_request: web.Request) -> web.Response:
    return web.json_response({"ok": True, "url": "wss://wss-primary.slack.com/link"})


async def silent(request: web.Request) -> web.WebSocketResponse:
    """Takes the connection, and never reads from it."""
    connection = web.WebSocketResponse()
    await connection.prepare(request)
    await asyncio.sleep(60)
    return connection


async def nobody() -> AuthorizeResult:
    return AuthorizeResult(enterprise_id=None, team_id=None)


async def test_a_goodbye_that_does_not_come_is_not_waited_for() -> None:
    slack = web.Application()
    slack.add_routes([web.post("/api/apps.connections.open", address), web.get("/link", silent)])
    hosts = dict.fromkeys(("slack.com", "wss-primary.slack.com"), slack)
    bolt_app = AsyncApp(signing_secret="x", authorize=nobody)
    async with StandInNetwork(hosts) as network:
        async with socket_mode(bolt_app, "xapp-1", network.slack_connector()) as connection:
            assert await connection.client.is_connected()
            before = time.monotonic()
        assert time.monotonic() - before < 5
