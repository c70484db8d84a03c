"""The shared session and the clients over it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from typing import NamedTuple

import pytest
from aiohttp import TCPConnector
from aiohttp.abc import AbstractResolver, ResolveResult

from glm_slackbot.domain.errors import UpstreamError
from glm_slackbot.slack.ask import ask
from glm_slackbot.slack.clients import make_client
from glm_slackbot.slack.session import TOTAL_S, open_slack_session


class Proxy(NamedTuple):
    port: int
    heard: list[str]


class Nowhere(AbstractResolver):
    async def resolve(self, host: str, port: int = 0, family: int = 0) -> list[ResolveResult]:
        raise OSError(None, f"{host} is not here")

    async def close(self) -> None:
        return None


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@pytest.fixture
async def proxy() -> AsyncIterator[Proxy]:
    """A proxy that writes down what it is asked for, and refuses."""
    heard: list[str] = []

    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.append((await reader.readuntil(b"\r\n\r\n")).decode())
        writer.write(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(refuse, "127.0.0.1", 0)
    async with server:
        yield Proxy(server.sockets[0].getsockname()[1], heard)


async def test_the_proxy_of_the_environment_is_used_with_its_password(
    monkeypatch: pytest.MonkeyPatch, proxy: Proxy
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", f"http://ann:secret@127.0.0.1:{proxy.port}")
    async with open_slack_session() as session:
        with pytest.raises(UpstreamError):
            await ask(make_client(session, "xoxb-1"), "auth.test", {})
    assert "CONNECT slack.com:443" in proxy.heard[0]
    assert "Proxy-Authorization: Basic" in proxy.heard[0]
    assert "xoxb-1" not in proxy.heard[0]


async def test_no_proxy_counts_too_and_so_does_a_connector_of_ones_own(
    monkeypatch: pytest.MonkeyPatch, proxy: Proxy
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{proxy.port}")
    async with open_slack_session(TCPConnector(resolver=Nowhere())) as session:
        with pytest.raises(UpstreamError):
            await ask(make_client(session, "xoxb-1"), "auth.test", {})
    monkeypatch.setenv("NO_PROXY", "slack.com")
    async with open_slack_session() as session:
        assert make_client(session, "xoxb-1").proxy is None
        assert session._default_proxy is None
    assert proxy.heard == []


async def test_a_client_waits_as_long_as_the_session_says() -> None:
    async with open_slack_session() as session:
        assert make_client(session, "xoxb-1").session is session
        assert session.timeout.total == TOTAL_S


async def test_the_sdk_prints_no_payload_even_where_everything_is_logged() -> None:
    async with open_slack_session() as session:
        assert make_client(session, "xoxb-1").logger.level == logging.INFO
