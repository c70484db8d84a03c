"""A secret link: the wire gets it whole, whatever is written of it names the host only."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

from glm_slackbot.glm import DownloadError, DownloadKind, fetch_image, open_http
from glm_slackbot.glm.quiet_url import QuietUrl

LINK = "https://mfile.z.ai/a/b.png?sign=SECRET"


@dataclass
class Proxy:
    """Refuses every tunnel, and remembers what was asked for."""

    asked: list[bytes] = field(default_factory=list)

    async def refuse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.asked.append((await reader.readuntil(b"\r\n\r\n")).partition(b"\r\n")[0])
        writer.write(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n")
        await writer.drain()
        writer.close()


@pytest.fixture
async def proxy(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Proxy]:
    proxy = Proxy()
    server = await asyncio.start_server(proxy.refuse, "127.0.0.1", 0)
    monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}")
    async with server:
        yield proxy


async def no_sleep(seconds: float) -> None:
    assert seconds


async def test_a_proxy_is_asked_for_the_host_alone(
    proxy: Proxy, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    async with open_http() as http:
        with pytest.raises(DownloadError) as caught:
            await fetch_image(http, LINK, tmp_path, sleep=no_sleep)
    assert caught.value.kind is DownloadKind.UNREACHABLE
    assert set(proxy.asked) == {b"CONNECT mfile.z.ai:443 HTTP/1.1"}
    assert "SECRET" not in caplog.text


async def test_the_wire_gets_the_link_whole_and_the_log_its_host(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    seen: list[bytes] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request.url.raw_path)
        return httpx.Response(410)

    async with open_http(httpx.MockTransport(answer)) as http:
        with pytest.raises(DownloadError):
            await fetch_image(http, LINK, tmp_path)
    assert seen == [b"/a/b.png?sign=SECRET"]
    assert "https://mfile.z.ai/" in caplog.text
    assert "SECRET" not in caplog.text


def test_a_quiet_url_is_written_without_path_and_query() -> None:
    quiet = QuietUrl("https://a.example:8443/way?sign=SECRET#part")
    assert str(quiet) == f"{quiet}" == "https://a.example:8443/…"
    assert repr(quiet) == "QuietUrl('https://a.example:8443/…')"


def test_a_quiet_url_is_else_the_url_it_was_made_of() -> None:
    quiet = QuietUrl(LINK)
    assert quiet == QuietUrl(LINK) == httpx.URL(LINK)
    assert hash(quiet) == hash(httpx.URL(LINK))
    assert quiet != QuietUrl(LINK + "2")
    assert quiet.raw_path == b"/a/b.png?sign=SECRET"
    assert quiet.copy_with(host="b.example") == "https://b.example/a/b.png?sign=SECRET"
    assert quiet.join("c.png") == "https://mfile.z.ai/a/c.png"
