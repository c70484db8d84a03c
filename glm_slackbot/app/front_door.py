"""The front door: what is not Slack's, or is broken, never reaches Bolt.

Bolt raises on bad JSON, odd timestamps and non-ASCII signatures before any middleware (a 500
with a traceback, unsigned), and logs whole bodies on a bad signature. Here they are 4xx and one
line without the body.
"""

from __future__ import annotations

import asyncio
import hmac
import time
from collections.abc import Callable, Mapping
from hashlib import sha256
from typing import Any, Final

import structlog
from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError

from glm_slackbot.app.payload_shapes import Misshapen, check_payload

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
        try:
            check_payload(body, request.content_type)
        except Misshapen as fault:
            raise Refused(400, str(fault)) from None

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
