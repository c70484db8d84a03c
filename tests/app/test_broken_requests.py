"""What is no whole HTTP request, at the real port: 4xx, and one line without the body."""

from __future__ import annotations

import asyncio
import logging
import re
import time
from collections.abc import Iterator
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from structlog.testing import capture_logs

from glm_slackbot.app.serve import Bot
from glm_slackbot.app.web import serving

STATUS = re.compile(rb"HTTP/1\.[01] 4\d\d ")
SIGNED = f"X-Slack-Request-Timestamp: {int(time.time())}\r\nX-Slack-Signature: v0=0\r\n"
CHUNKED = "Transfer-Encoding: chunked\r\n"
UNZIPPED = "Content-Encoding: gzip\r\nContent-Length: 16\r\n"


@pytest.fixture
def lines(caplog: pytest.LogCaptureFixture) -> Iterator[list[Any]]:
    """Our lines; the libraries have said nothing."""
    caplog.set_level(logging.WARNING)
    with capture_logs() as logs:
        yield logs
    assert not caplog.records


async def sent(bot: Bot, headers: str, body: bytes = b"", path: str = "/slack/events") -> bytes:
    """What comes back for it."""
    reader, writer = await asyncio.open_connection("127.0.0.1", bot.port)
    writer.write(f"POST {path} HTTP/1.1\r\nHost: x\r\n{headers}\r\n".encode() + body)
    try:
        return await asyncio.wait_for(reader.read(4096), 5)
    finally:
        writer.close()
        await writer.wait_closed()


BROKEN: dict[str, tuple[str, bytes]] = {
    "a body that is not the gzip it says": (SIGNED + UNZIPPED, b"confidential fox"),
    "such a body, unsigned": (UNZIPPED, b"confidential fox"),
    "a length that is no number": ("Content-Length: abc\r\n", b"confidential fox"),
    "a header of 20 kB": (f"X-Long: {'x' * 20_000}\r\n", b""),
    "a chunk without a size": (SIGNED + CHUNKED, b"confidential fox\r\n"),
    "such a chunk, unsigned": (CHUNKED, b"confidential fox\r\n"),
    "a chunk longer than it says": (
        SIGNED + CHUNKED,
        b"3\r\nconfidential fox\r\n0\r\n\r\n",
    ),
    "such a long chunk, unsigned": (CHUNKED, b"3\r\nconfidential fox\r\n0\r\n\r\n"),
    "a header without a colon": ("confidential fox\r\n", b""),
}


@pytest.mark.parametrize(("headers", "body"), BROKEN.values(), ids=BROKEN)
async def test_a_broken_request_is_4xx_and_one_line_without_the_body(
    bot: Bot, lines: list[Any], headers: str, body: bytes
) -> None:
    answer = await sent(bot, headers, body)

    assert STATUS.match(answer)
    await asyncio.sleep(0.1)
    (line,) = lines
    assert line["log_level"] == "warning"
    assert "confidential" not in str(line)


async def test_a_body_that_turns_out_broken_after_the_answer_is_no_second_line(
    bot: Bot, lines: list[Any]
) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", bot.port)
    writer.write(f"POST /slack/events HTTP/1.1\r\nHost: x\r\n{UNZIPPED}\r\n".encode())
    assert STATUS.match(await reader.read(4096))
    writer.write(b"confidential fox")
    await reader.read()
    writer.close()
    (line,) = lines
    assert line["reason"] == "unsigned"


@pytest.mark.parametrize("headers", [SIGNED, ""], ids=["signed", "unsigned"])
async def test_who_leaves_in_the_middle_of_a_body_is_one_line(
    bot: Bot, lines: list[Any], headers: str
) -> None:
    _, writer = await asyncio.open_connection("127.0.0.1", bot.port)
    head = f"POST /slack/events HTTP/1.1\r\nHost: x\r\n{headers}Content-Length: 900\r\n\r\n"
    writer.write(head.encode() + b"confidential fox")
    await asyncio.sleep(0.1)
    writer.close()
    await asyncio.sleep(0.2)
    (line,) = lines
    assert line["log_level"] == "warning"
    assert "confidential" not in str(line)


async def test_what_is_not_http_at_all_is_one_line(bot: Bot, lines: list[Any]) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", bot.port)
    writer.write(b"\x16\x03\x01\x02\x00\x01\x00confidential\r\n\r\n")
    assert (await reader.read(4096)).startswith(b"HTTP/1.0 400")
    writer.close()
    (line,) = lines
    assert "confidential" not in str(line)


async def test_a_fault_of_ours_is_one_line_that_says_where(lines: list[Any]) -> None:
    async def faulty(_request: web.Request) -> web.Response:
        raise ValueError("confidential fox")

    app = web.Application()
    app.router.add_get("/", faulty)
    async with (
        serving(app, "127.0.0.1", 0) as port,
        aiohttp.ClientSession() as session,
        session.get(f"http://127.0.0.1:{port}/") as answer,
    ):
        assert answer.status == 500
    (line,) = lines
    assert (line["log_level"], line["kind"]) == ("error", "ValueError")
    assert f"{__name__.split('.')[-1]}.py:" in line["where"]
    assert "confidential" not in str(line)
