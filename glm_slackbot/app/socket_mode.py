"""Socket Mode: Slack's payloads over a WebSocket that we open."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

import aiohttp
import structlog
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.web.async_client import AsyncWebClient

from glm_slackbot.app.settings_error import token_refused
from glm_slackbot.domain.errors import SetupError, UpstreamError
from glm_slackbot.slack.ask import ask
from glm_slackbot.slack.clients import make_client
from glm_slackbot.slack.session import open_slack_session

log = structlog.get_logger(__name__)

START_PATIENCE: Final = 3.0
"""Seconds for Slack's first answer, and again for the connection: a start must end."""
END_PATIENCE: Final = 1.0
"""Seconds for closing the connection."""
LOOK_EVERY: Final = 5.0
"""Seconds between looks at the connection."""


@asynccontextmanager
async def socket_mode(
    bolt_app: AsyncApp, app_token: str, connector: aiohttp.BaseConnector | None
) -> AsyncIterator[AsyncSocketModeHandler]:
    """Connected for the length of the block, or trying to be; it connects again by itself.

    Raises SettingsError for a token that Slack refuses.
    """
    async with open_slack_session(connector) as session:
        client = make_client(session, app_token)
        address = await _first_address(client)
        handler = AsyncSocketModeHandler(
            bolt_app, app_token, logger=_quiet_log(), web_client=client
        )
        socket = handler.client
        # The SDK opens a session of its own: it knows neither NO_PROXY nor a given connector.
        await socket.aiohttp_client_session.close()
        socket.aiohttp_client_session = session
        socket.proxy = None
        socket.wss_uri = address
        connecting = asyncio.create_task(socket.connect())  # type: ignore[no-untyped-call]
        await asyncio.wait([connecting], timeout=START_PATIENCE)
        watching = asyncio.create_task(_watch(socket))
        try:
            yield handler
        finally:
            for ending in (watching, connecting):
                ending.cancel()
            await asyncio.gather(watching, connecting, return_exceptions=True)
            await _closed(socket)


async def _closed(socket: SocketModeClient) -> None:
    """Close it. Slack's goodbye is waited for once, and not for aiohttp's ten seconds."""
    for _ in range(2):
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(END_PATIENCE):
                await socket.close()  # type: ignore[no-untyped-call]
                return


async def _first_address(client: AsyncWebClient) -> str | None:
    """Where to connect; None while Slack is away. The SDK would ask for ever, whatever it hears."""
    try:
        async with asyncio.timeout(START_PATIENCE):
            answer = await ask(client, "apps.connections.open", {})
    except SetupError as error:
        mend = (
            "generate an App-Level Token with the scope connections:write "
            "on the app's Basic Information page"
        )
        raise token_refused("SLACK_APP_TOKEN", error, mend) from error
    except (UpstreamError, TimeoutError):
        return None
    url = answer.get("url")
    return url if isinstance(url, str) else None


async def _watch(socket: SocketModeClient) -> None:
    """Say when the connection comes and goes, in a line each."""
    was_connected: bool | None = None
    while True:
        is_connected = await socket.is_connected()
        if not is_connected:
            # An address is good once, but the SDK would try a used one again and again.
            socket.wss_uri = None
        if is_connected and not was_connected:
            log.info("connected by Socket Mode")
        elif was_connected is not False and not is_connected:
            log.warning("not connected by Socket Mode; trying again until it is")
        was_connected = is_connected
        await asyncio.sleep(LOOK_EVERY)


def _quiet_log() -> logging.Logger:
    """For the SDK: its lines on connecting hold tracebacks and addresses with their tickets."""
    quiet = logging.getLogger("slack_sdk.socket_mode.glm_slackbot")
    quiet.setLevel(logging.ERROR)
    quiet.addFilter(_is_of_a_listener)
    return quiet


def _is_of_a_listener(record: logging.LogRecord) -> bool:
    """A payload that failed: a fault to be seen, unlike one of the connection."""
    return record.getMessage().startswith(("Failed to run a ", "Failed to process a "))
