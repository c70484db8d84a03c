"""Knocks at the front door, signed as Slack signs."""

from __future__ import annotations

import hmac
import json
from dataclasses import dataclass, field
from hashlib import sha256
from io import BytesIO
from typing import Any
from urllib.parse import urlencode

from aiohttp import ClientResponse, web
from aiohttp.test_utils import TestClient

SECRET = "signing-secret"
NOW = 1_800_000_000
FORM = "application/x-www-form-urlencoded"
COMMAND = {
    "command": "/imagine",
    "text": "confidential fox",
    "trigger_id": "1.2",
    "user_id": "U1",
    "channel_id": "C1",
}


def signature(body: bytes, stamp: str) -> str:
    signed = hmac.new(SECRET.encode(), f"v0:{stamp}:".encode() + body, sha256)
    return "v0=" + signed.hexdigest()


@dataclass
class Door:
    """The front door on a real port, with a room behind it that says what came in."""

    client: TestClient[web.Request, web.Application]
    refused: list[str]
    came_in: list[bytes] = field(default_factory=list)

    async def knock(
        self, body: bytes, *, kind: str = FORM, stamp: str = str(NOW), **headers: str
    ) -> ClientResponse:
        """A signed request; ``headers`` replace what was signed."""
        signed = {
            "Content-Type": kind,
            "X-Slack-Request-Timestamp": stamp,
            "X-Slack-Signature": signature(body, stamp),
        }
        more = {name.replace("_", "-"): value for name, value in headers.items()}
        # As a file, for aiohttp warns of many bytes at once.
        sent = BytesIO(body)
        return await self.client.post("/slack/events", data=sent, headers=signed | more)


def form(**fields: str) -> bytes:
    return urlencode(fields).encode()


def interaction(value: Any) -> bytes:
    return form(payload=json.dumps(value))


def event(value: Any) -> bytes:
    return json.dumps(value).encode()


PRESS = {"type": "block_actions", "user": {"id": "U1"}, "actions": [{"action_id": "x"}]}
