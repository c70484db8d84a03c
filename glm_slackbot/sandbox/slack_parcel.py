"""What Slack sends to an app: its payload, how HTTP wraps it, and the answer to it."""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from urllib.parse import urlencode

from glm_slackbot.sandbox.slack_errors import Json
from glm_slackbot.sandbox.slack_message import Message

FORM = "application/x-www-form-urlencoded"


class ParcelKind(StrEnum):
    """Named as Socket Mode's envelopes are."""

    COMMAND = "slash_commands"
    EVENT = "events_api"
    INTERACTION = "interactive"


@dataclass(frozen=True)
class Parcel:
    """One payload for the app."""

    kind: ParcelKind
    payload: Json

    @property
    def content_type(self) -> str:
        return "application/json" if self.kind is ParcelKind.EVENT else FORM

    def body(self) -> bytes:
        """The HTTP body: JSON for events, a form else."""
        if self.kind is ParcelKind.EVENT:
            return json.dumps(self.payload).encode()
        if self.kind is ParcelKind.INTERACTION:
            return urlencode({"payload": json.dumps(self.payload)}).encode()
        return urlencode(self.payload).encode()


@dataclass(frozen=True)
class Answer:
    """What the app answered. `status` is None where nothing came in time; Socket Mode acks are 200.

    `error` is what Slack then shows the person (`operation_timeout`), `shown` the message made of
    the answer's body, `seconds` how long the app took.
    """

    status: int | None
    body: str = ""
    seconds: float = 0.0
    error: str = ""
    shown: Message | None = None

    @property
    def ok(self) -> bool:
        return self.status == 200

    @property
    def json(self) -> Any:
        """The parsed body, or None where it is no JSON."""
        try:
            return json.loads(self.body)
        except ValueError:
            return None


@dataclass(frozen=True)
class Sent:
    """One parcel as sent: the n-th try (0 first) and its answer."""

    parcel: Parcel
    attempt: int
    answer: Answer


def sign(secret: str, body: bytes, timestamp: int | str) -> str:
    """The `X-Slack-Signature` of a body at a time."""
    base = f"v0:{timestamp}:".encode() + body
    return "v0=" + hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()
