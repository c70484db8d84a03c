"""The front door: what is not Slack's, or is broken, never reaches Bolt.

Bolt raises on bad JSON, odd timestamps and non-ASCII signatures before any middleware (a 500
with a traceback, unsigned), and logs whole bodies on a bad signature. Here they are 4xx and one
line without the body.
"""

from __future__ import annotations

import asyncio
import hmac
import json
import re
import time
from collections.abc import Callable, Mapping
from hashlib import sha256
from typing import Any, Final
from urllib.parse import parse_qsl

import structlog
from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError

log = structlog.get_logger(__name__)

LONGEST_BODY: Final = 1024 * 1024
OLDEST: Final = 5 * 60
"""Seconds a signed request stays valid, as Slack recommends."""
LONGEST_READING: Final = 3.0
"""Seconds for the whole body: Slack waits no longer for its answer."""
UNREADABLE: Final = (HttpProcessingError, web.RequestPayloadError, ConnectionError)
"""What reading a request raises when it is broken, or breaks off."""


class Refused(Exception):
    """A request that is not let in: an HTTP status and a word for log and metrics."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason


class FrontDoor:
    """Checks requests against the signing secret."""

    def __init__(
        self,
        signing_secret: str,
        refused: Callable[[str], None],
        now: Callable[[], float] = time.time,
        longest_reading: float = LONGEST_READING,
    ) -> None:
        self._secret = signing_secret.encode()
        self._refused = refused
        self._now = now
        self._longest_reading = longest_reading

    @web.middleware
    async def middleware(
        self,
        request: web.Request,
        handler: Callable[[web.Request], Any],
    ) -> web.StreamResponse:
        """aiohttp middleware for the one route that is Slack's."""
        try:
            await self._check(request)
        except Refused as refused:
            log.warning(
                "refused at the front door",
                reason=refused.reason,
                status=refused.status,
                peer=request.remote,
            )
            self._refused(refused.reason)
            return web.Response(status=refused.status, text=refused.reason)
        response: web.StreamResponse = await handler(request)
        return response

    async def _check(self, request: web.Request) -> None:
        if (request.content_length or 0) > LONGEST_BODY:
            raise Refused(413, "oversized")
        stamp = self._stamp(request.headers)
        body = await _body(request, self._longest_reading)
        self._check_signature(request.headers, stamp, body)
        _check_payload(body, request.content_type)

    def _stamp(self, headers: Mapping[str, str]) -> str:
        stamp = headers.get("X-Slack-Request-Timestamp", "")
        if not stamp or "X-Slack-Signature" not in headers:
            raise Refused(401, "unsigned")
        if not (stamp.isascii() and stamp.isdigit() and len(stamp) < 16):
            raise Refused(401, "timestamp is not a number")
        if abs(self._now() - int(stamp)) > OLDEST:
            raise Refused(401, "too old")
        return stamp

    def _check_signature(self, headers: Mapping[str, str], stamp: str, body: bytes) -> None:
        signed = hmac.new(self._secret, f"v0:{stamp}:".encode() + body, sha256).hexdigest()
        given = headers["X-Slack-Signature"].encode("utf-8", "surrogateescape")
        if not hmac.compare_digest(f"v0={signed}".encode(), given):
            raise Refused(401, "bad signature")


async def _body(request: web.Request, longest: float) -> bytes:
    try:
        async with asyncio.timeout(longest):
            return await request.read()
    except web.HTTPRequestEntityTooLarge:
        raise Refused(413, "oversized") from None
    except TimeoutError:
        raise Refused(408, "the body did not come") from None
    except UNREADABLE:  # its message may quote the body
        raise Refused(400, "broken body") from None


def _check_payload(body: bytes, content_type: str) -> None:
    """What Bolt would stumble over: bytes that are no text, JSON that is no object."""
    try:
        words = body.decode("utf-8")
    except UnicodeDecodeError:
        raise Refused(400, "not UTF-8") from None
    if content_type == "application/json" or words.startswith("{"):
        _check_event(_object(words))
        return
    form = dict(parse_qsl(words, keep_blank_values=True))
    if "payload" in form:
        _check_interaction(_object(form["payload"]))
    elif "ssl_check" not in form:
        _need(form, "command", "trigger_id", "user_id", "channel_id")
        _check_shape(form, _IDS)


def _object(words: str) -> dict[str, Any]:
    try:
        value = json.loads(words)
    except (ValueError, RecursionError):
        raise Refused(400, "broken JSON") from None
    if not isinstance(value, dict):
        raise Refused(400, "JSON is not an object")
    return value


def _check_event(payload: dict[str, Any]) -> None:
    if payload.get("type") != "event_callback":
        return
    event = payload.get("event")
    if not isinstance(event, dict) or not isinstance(event.get("type"), str):
        raise Refused(400, "no event in it")
    _check_shape(payload, _EVENT_ENVELOPE)
    for part in (payload, event, *(payload.get("authorizations") or ())):
        _check_shape(part, _ANYWHERE)
    _check_shape(event, _EVENT)
    if event["type"] == "app_home_opened":
        _need(event, "user")
        _check_shape(event, {"user": _is_id})


def _check_interaction(payload: dict[str, Any]) -> None:
    _need(payload, "type", "user")
    if not isinstance(payload["user"], dict) or "id" not in payload["user"]:
        raise Refused(400, "no user in it")
    _check_shape(payload, _INTERACTION)
    for part in ("user", "team", "enterprise", "channel", "container", "message", "view"):
        _check_shape(payload.get(part) or {}, _IDS)
    if payload["type"] == "block_actions":
        actions = payload.get("actions")
        if not (isinstance(actions, list) and actions and isinstance(actions[0], dict)):
            raise Refused(400, "no action in it")
        _need(actions[0], "action_id")
        _check_shape(actions[0], _ACTION)


def _is_id(value: Any) -> bool:
    """Text that a database takes: neither a NUL nor half a character."""
    return isinstance(value, str) and "\0" not in value and not _HALF.search(value)


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_object(value: Any) -> bool:
    return isinstance(value, dict)


def _is_id_or_object(value: Any) -> bool:
    return _is_id(value) or (isinstance(value, dict) and _is_id(value.get("id", "")))


def _are_objects(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(entry, dict) for entry in value)


_HALF: Final = re.compile("[\ud800-\udfff]")

Shape = Mapping[str, Callable[[Any], bool]]
"""By name what a value must be, where there is one."""

_IDS: Final[Shape] = dict.fromkeys(
    (
        "id",
        "team_id",
        "enterprise_id",
        "app_installed_team_id",
        "user_id",
        "channel_id",
        "message_ts",
        "thread_ts",
        "ts",
        "trigger_id",
        "response_url",
    ),
    _is_id,
)
_ANYWHERE: Final[Shape] = {
    **_IDS,
    **dict.fromkeys(("user", "channel", "team", "enterprise"), _is_id_or_object),
}
_EVENT_ENVELOPE: Final[Shape] = {"authorizations": _are_objects, "response_urls": _are_objects}
_EVENT: Final[Shape] = {"text": _is_text, "subtype": _is_id, "view": _is_object}
_INTERACTION: Final[Shape] = {
    **_IDS,
    "type": _is_id,
    "callback_id": _is_id,
    "response_urls": _are_objects,
    **dict.fromkeys(("team", "enterprise", "channel", "container", "message", "view"), _is_object),
}
_NEVER_NULL: Final = frozenset({"response_urls"})
_ACTION: Final[Shape] = dict.fromkeys(("action_id", "block_id", "action_ts", "value"), _is_id)


def _check_shape(part: Mapping[str, Any], shape: Shape) -> None:
    for name, is_fine in shape.items():
        value = part.get(name)
        may_be = value is None and not (name in part and name in _NEVER_NULL)
        if not (may_be or is_fine(value)):
            raise Refused(400, f"{name} of another kind")


def _need(payload: Mapping[str, Any], *names: str) -> None:
    missing = [name for name in names if not payload.get(name)]
    if missing:
        raise Refused(400, f"no {missing[0]} in it")
