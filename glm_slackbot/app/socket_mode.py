"""Socket Mode: Slack's payloads over a WebSocket that we open."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import structlog
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp

from glm_slackbot.slack.clients import make_client
from glm_slackbot.slack.session import open_slack_session

log = structlog.get_logger(__name__)


@asynccontextmanager
async def socket_mode(
    bolt_app: AsyncApp, app_token: str, connector: aiohttp.BaseConnector | None
) -> AsyncIterator[AsyncSocketModeHandler]:
    """Connected for the length of the block; it connects again by itself."""
    session = open_slack_session(connector)
    client = make_client(session, app_token)
    handler = AsyncSocketModeHandler(bolt_app, app_token, web_client=client)
    socket = handler.client
    # The SDK opens a session of its own, which knows neither NO_PROXY nor a given connector.
    await socket.aiohttp_client_session.close()
    socket.aiohttp_client_session = session
    socket.proxy = None
    try:
        await socket.connect()  # type: ignore[no-untyped-call]
        log.info("connected by Socket Mode")
        yield handler
    finally:
        await socket.close()  # type: ignore[no-untyped-call]
