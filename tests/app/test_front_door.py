"""The front door: 4xx and one line for whatever is not Slack's, or is broken."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from structlog.testing import capture_logs

from glm_slackbot.app.front_door import LONGEST_BODY, OLDEST

from .knocking import COMMAND, FORM, NOW, PRESS, Door, event, form, interaction, signature


@pytest.fixture
def lines() -> Iterator[list[Any]]:
    with capture_logs() as logs:
        yield logs


LET_IN: dict[str, tuple[bytes, str]] = {
    "a command": (form(**COMMAND), FORM),
    "a press": (interaction(PRESS), FORM),
    "a submitted view": (interaction({"type": "view_submission", "user": {"id": "U1"}}), FORM),
    "an event": (
        event({"type": "event_callback", "event": {"type": "app_mention"}}),
        "application/json",
    ),
    "the question for the address": (
        event({"type": "url_verification", "challenge": "abc"}),
        "application/json",
    ),
    "the check of the certificate": (form(ssl_check="1", token="x"), FORM),
}


@pytest.mark.parametrize(("body", "kind"), LET_IN.values(), ids=LET_IN)
async def test_what_slack_sends_comes_in_as_it_was(door: Door, body: bytes, kind: str) -> None:
    answer = await door.knock(body, kind=kind)
    assert (answer.status, await answer.text()) == (200, "in")
    assert door.came_in == [body]
    assert door.refused == []


@pytest.mark.parametrize("missing", ["X-Slack-Signature", "X-Slack-Request-Timestamp"])
async def test_the_unsigned_are_refused(door: Door, missing: str) -> None:
    headers = {"X-Slack-Signature": "v0=0", "X-Slack-Request-Timestamp": str(NOW)}
    del headers[missing]
    answer = await door.client.post("/slack/events", data=form(**COMMAND), headers=headers)
    assert (answer.status, door.refused) == (401, ["unsigned"])


@pytest.mark.parametrize(
    "forged", ["", "v0=", "v0=" + "0" * 64, "v1=" + "0" * 64, "v0=é", "签名", "v0=" + "f" * 5000]
)
async def test_the_forged_are_refused(door: Door, forged: str) -> None:
    answer = await door.knock(form(**COMMAND), X_Slack_Signature=forged)
    assert (answer.status, door.refused) == (401, ["bad signature"])


async def test_a_signature_for_another_body_is_refused(door: Door) -> None:
    right = signature(form(**COMMAND), str(NOW))
    answer = await door.knock(form(**COMMAND, more="1"), X_Slack_Signature=right)
    assert answer.status == 401


@pytest.mark.parametrize("age", [OLDEST + 1, -OLDEST - 1, NOW])
async def test_the_old_and_the_future_are_refused(door: Door, age: int) -> None:
    answer = await door.knock(form(**COMMAND), stamp=str(NOW - age))
    assert (answer.status, door.refused) == (401, ["too old"])


@pytest.mark.parametrize("age", [OLDEST, -OLDEST])
async def test_up_to_five_minutes_are_no_matter(door: Door, age: int) -> None:
    answer = await door.knock(form(**COMMAND), stamp=str(NOW - age))
    assert answer.status == 200


@pytest.mark.parametrize(
    "stamp", ["now", "1e9", "-1", "１８００００００００", "²", "9" * 5000, "1800000000.0", "0x1"]
)
async def test_a_stamp_that_is_no_number_is_refused(door: Door, stamp: str) -> None:
    answer = await door.knock(form(**COMMAND), stamp=stamp)
    assert (answer.status, door.refused) == (401, ["timestamp is not a number"])


async def test_bytes_that_are_no_text_in_the_headers_are_refused(door: Door) -> None:
    head = (
        b"POST /slack/events HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\nConnection: close\r\n"
        b"X-Slack-Request-Timestamp: 1800000000\r\nX-Slack-Signature: v0=\xff\xfe\r\n\r\n"
    )
    server = door.client.server
    reader, writer = await asyncio.open_connection(server.host, server.port)
    writer.write(head)
    answer = await reader.read()
    writer.close()
    assert answer.startswith((b"HTTP/1.1 401 ", b"HTTP/1.1 400 "))
    assert door.came_in == []


async def test_the_oversized_are_refused_by_their_header(door: Door) -> None:
    answer = await door.knock(b"x" * (LONGEST_BODY + 1))
    assert (answer.status, door.refused) == (413, ["oversized"])


async def test_the_oversized_in_chunks_are_refused_when_it_shows(door: Door) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(20):
            yield b"x" * 65536

    headers = {"X-Slack-Signature": "v0=0", "X-Slack-Request-Timestamp": str(NOW)}
    answer = await door.client.post("/slack/events", data=chunks(), headers=headers)
    assert (answer.status, door.refused) == (413, ["oversized"])


async def test_the_oversized_once_unpacked_are_refused(door: Door) -> None:
    body = gzip.compress(b"x" * (LONGEST_BODY + 1))
    answer = await door.knock(body, Content_Encoding="gzip")
    assert (answer.status, door.refused) == (413, ["oversized"])


BROKEN: dict[str, tuple[bytes, str, str]] = {
    "broken JSON": (b'{"type": ', "application/json", "broken JSON"),
    "broken JSON in a form": (b'{"type": ', FORM, "broken JSON"),
    "no body": (b"", "application/json", "broken JSON"),
    "no form": (b"", FORM, "no command in it"),
    "a nested bomb": (b"[" * 500_000, "application/json", "broken JSON"),
    "a nested bomb of objects": (b'{"a":' * 150_000, "application/json", "broken JSON"),
    "a number beyond all": (b'{"a": ' + b"9" * 9000 + b"}", "application/json", "broken JSON"),
    "a list": (b"[1]", "application/json", "JSON is not an object"),
    "a word": (b'"event"', "application/json", "JSON is not an object"),
    "bytes that are no text": (b"text=\xff\xfe", FORM, "not UTF-8"),
    "an event without its event": (
        event({"type": "event_callback"}),
        "application/json",
        "no event in it",
    ),
    "an event of no type": (
        event({"type": "event_callback", "event": {"type": 1}}),
        "application/json",
        "no event in it",
    ),
    "a broken interaction": (form(payload='{"type'), FORM, "broken JSON"),
    "an empty interaction": (form(payload=""), FORM, "broken JSON"),
    "an interaction that is a list": (interaction([]), FORM, "JSON is not an object"),
    "an interaction of no type": (interaction({"user": {"id": "U1"}}), FORM, "no type in it"),
    "an interaction of nobody": (interaction({"type": "block_actions"}), FORM, "no user in it"),
    "an interaction of a name": (interaction({**PRESS, "user": "U1"}), FORM, "no user in it"),
    "a press of nothing": (interaction({**PRESS, "actions": []}), FORM, "no action in it"),
    "a press of a word": (interaction({**PRESS, "actions": ["x"]}), FORM, "no action in it"),
    "a command of nobody": (form(**{**COMMAND, "user_id": ""}), FORM, "no user_id in it"),
    "a command nowhere": (form(**{**COMMAND, "channel_id": ""}), FORM, "no channel_id in it"),
    "a command without trigger": (form(command="/imagine"), FORM, "no trigger_id in it"),
}


@pytest.mark.parametrize(("body", "kind", "reason"), BROKEN.values(), ids=BROKEN)
async def test_what_bolt_would_stumble_over_is_refused(
    door: Door, body: bytes, kind: str, reason: str
) -> None:
    answer = await door.knock(body, kind=kind)
    assert (answer.status, door.refused) == (400, [reason])
    assert door.came_in == []


@pytest.mark.parametrize("rest", [b"", b"confidential fox\r\n"], ids=["nothing", "no chunk"])
async def test_a_body_that_does_not_come_is_not_waited_for(door: Door, rest: bytes) -> None:
    head = (
        f"POST /slack/events HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n"
        f"X-Slack-Request-Timestamp: {NOW}\r\nX-Slack-Signature: v0=0\r\n\r\n"
    )
    server = door.client.server
    reader, writer = await asyncio.open_connection(server.host, server.port)
    writer.write(head.encode())
    await asyncio.sleep(0.05)
    writer.write(rest)
    answer = await reader.read(4096)
    writer.close()
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert door.refused == ["the body did not come"]


async def test_a_refusal_is_one_line_without_the_body(door: Door, lines: list[Any]) -> None:
    answer = await door.knock(form(**COMMAND), X_Slack_Signature="v0=0")
    (line,) = lines
    assert (line["log_level"], line["status"], line["reason"]) == ("warning", 401, "bad signature")
    assert "confidential" not in str(line)
    assert await answer.text() == "bad signature"
