from __future__ import annotations

from collections.abc import AsyncIterator

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse


class SocketApp:
    """slack_sdk's own Socket Mode client, which acks as told."""

    def __init__(self, client: SocketModeClient) -> None:
        self.client = client
        self.received: list[SocketModeRequest] = []
        self.payload: dict | None = None
        self.acks_from = 0  # envelopes before this one stay unacked
        client.socket_mode_request_listeners.append(self.receive)

    async def receive(self, client: SocketModeClient, request: SocketModeRequest) -> None:
        self.received.append(request)
        if len(self.received) > self.acks_from:
            answer = SocketModeResponse(request.envelope_id, self.payload)
            await client.send_socket_mode_response(answer)


@pytest.fixture
async def socket_app(slack, slack_network, client) -> AsyncIterator[SocketApp]:
    socket = SocketModeClient("xapp-sandbox", web_client=client, ping_interval=1)
    await socket.aiohttp_client_session.close()
    connector = slack_network.slack_connector()
    socket.aiohttp_client_session = aiohttp.ClientSession(connector=connector)
    app = SocketApp(socket)
    await socket.connect()
    await slack.socket.connected()
    yield app
    await socket.close()


async def test_a_command_comes_as_an_envelope_and_its_ack_is_shown(slack, socket_app):
    socket_app.payload = {"text": "on it"}
    answer = await slack.command("a fox", user="U1", channel="C1")
    (request,) = socket_app.received
    assert (request.type, request.payload["text"]) == ("slash_commands", "a fox")
    assert (answer.status, answer.shown.text) == (200, "on it")


async def test_an_event_without_an_ack_comes_again(slack, socket_app):
    socket_app.acks_from = 1
    slack.socket.answer_seconds = 1.0
    await slack.mention("@bot a fox", user="U1", channel="C1")
    first, second = socket_app.received
    assert (first.retry_attempt, second.retry_attempt) == (0, 1)
    assert first.payload == second.payload
    assert len(slack.socket.acks) == 1


async def test_a_command_without_an_ack_is_an_operation_timeout(slack, socket_app):
    socket_app.acks_from = 1
    slack.socket.answer_seconds = 0.1
    answer = await slack.command("a fox", user="U1", channel="C1")
    assert answer.error == "operation_timeout"
    assert len(socket_app.received) == 1


async def test_the_client_comes_back_after_a_disconnect(slack, socket_app):
    await slack.socket.disconnect()
    await slack.socket.connected()
    assert (await slack.command("a fox", user="U1", channel="C1")).ok


async def test_a_warning_closes_nothing_yet(slack, socket_app):
    await slack.socket.disconnect("warning")
    assert slack.socket.connections == 1


async def test_a_replay_over_the_socket_is_the_same_payload(slack, socket_app):
    await slack.command("a fox", user="U1", channel="C1")
    await slack.replay()
    first, second = socket_app.received
    assert first.payload == second.payload


async def test_only_the_app_token_opens_a_connection(client):
    with pytest.raises(SlackApiError, match="not_allowed_token_type"):
        await client.apps_connections_open(app_token="xoxb-sandbox")


async def test_a_ticket_is_good_once(session, client):
    opened = await client.apps_connections_open(app_token="xapp-sandbox")
    async with session.ws_connect(opened["url"]) as connection:
        assert (await connection.receive_json())["type"] == "hello"
    with pytest.raises(aiohttp.WSServerHandshakeError):
        await session.ws_connect(opened["url"])
