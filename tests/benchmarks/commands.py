"""Commands and opened Home tabs as Slack sends them, and how long each answer takes."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import itertools
import json
import time
from dataclasses import dataclass
from urllib.parse import urlencode

SIGNING_SECRET = "benchmark-signing-secret"
CHANNEL = "CBENCH"
PEOPLE = tuple(f"U{number:04}" for number in range(200))
ADMIN = PEOPLE[0]
ANSWER_SECONDS = 30.0

Road = tuple[asyncio.StreamReader, asyncio.StreamWriter]

_trigger = itertools.count()


@dataclass(frozen=True)
class Acks:
    """Seconds from the last byte sent to the last byte of each answer."""

    started: float
    """When the first was sent, in seconds since 1970."""
    seconds: tuple[float, ...]


async def send_at_once(port: int, count: int, expected: bytes = b"") -> Acks:
    """One command from each of so many people, over connections that are open already.

    Raises RuntimeError for an answer that is not 200, or that has not the expected words.
    """
    roads = [await asyncio.open_connection("127.0.0.1", port) for _ in range(count)]
    requests = [_request(person) for person in itertools.islice(itertools.cycle(PEOPLE), count)]
    started = time.time()
    async with asyncio.timeout(ANSWER_SECONDS):
        answers = await asyncio.gather(
            *(_ask(road, request) for road, request in zip(roads, requests, strict=True))
        )
    for _, answer in answers:
        if not answer.startswith(b"HTTP/1.1 200 ") or expected not in answer:
            raise RuntimeError(f"a command was answered {answer[:500]!r}")
    return Acks(started, tuple(seconds for seconds, _ in answers))


async def _ask(road: Road, request: bytes) -> tuple[float, bytes]:
    reader, writer = road
    start = time.perf_counter()
    writer.write(request)
    answer = await reader.read()
    seconds = time.perf_counter() - start
    writer.close()
    await writer.wait_closed()
    return seconds, answer


def _request(person: str) -> bytes:
    body = urlencode(
        {
            "team_id": "T0SANDBOX",
            "channel_id": CHANNEL,
            "user_id": person,
            "command": "/imagine",
            "text": "a cyberpunk city in the rain, neon signs, low light --ar 16:9",
            "api_app_id": "ASANDBOX",
            "response_url": f"https://hooks.slack.com/commands/T0SANDBOX/1/{person}",
            "trigger_id": f"{time.time_ns()}.{next(_trigger)}",
        }
    ).encode()
    return _signed(body, "application/x-www-form-urlencoded")


async def open_home(port: int, person: str) -> float:
    """Somebody opens the Home tab; when that was, in seconds since 1970."""
    road = await asyncio.open_connection("127.0.0.1", port)
    moment = time.time()
    event = {"type": "app_home_opened", "user": person, "channel": "D1", "tab": "home"}
    body = {
        "type": "event_callback",
        "team_id": "T0SANDBOX",
        "api_app_id": "ASANDBOX",
        "event": {**event, "event_ts": f"{moment:.6f}"},
        "event_id": f"Ev{time.time_ns()}",
        "event_time": int(moment),
    }
    _, answer = await _ask(road, _signed(json.dumps(body).encode(), "application/json"))
    if not answer.startswith(b"HTTP/1.1 200 "):
        raise RuntimeError(f"an event was answered {answer[:500]!r}")
    return moment


def _signed(body: bytes, content_type: str) -> bytes:
    stamp = str(int(time.time()))
    signature = hmac.new(
        SIGNING_SECRET.encode(), f"v0:{stamp}:".encode() + body, hashlib.sha256
    ).hexdigest()
    head = (
        "POST /slack/events HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n"
        f"Content-Type: {content_type}\r\n"
        f"Content-Length: {len(body)}\r\n"
        f"X-Slack-Request-Timestamp: {stamp}\r\nX-Slack-Signature: v0={signature}\r\n\r\n"
    )
    return head.encode() + body
