"""The one HTTP session: for the API, and for the bytes of every image."""

from __future__ import annotations

from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Final

import httpx

CONNECT_S: Final = 10.0
# A stale idle connection dies after the POST is written, which makes a purchase unsure.
KEEPALIVE_S: Final = 5.0
CONNECTIONS: Final = 200


def open_http(transport: httpx.AsyncBaseTransport | None = None) -> httpx.AsyncClient:
    """A session that keeps no cookie, follows no redirect and sends no credential by itself.

    ``SSL_CERT_FILE`` and ``HTTPS_PROXY`` count, unless a transport is given. Close it by
    ``async with`` or ``aclose()``.
    """
    return httpx.AsyncClient(
        transport=transport,
        trust_env=True,
        follow_redirects=False,
        cookies=CookieJar(policy=DefaultCookiePolicy(allowed_domains=[])),
        headers={"User-Agent": "glm-slackbot", "Accept-Encoding": "identity"},
        timeout=httpx.Timeout(30.0, connect=CONNECT_S, pool=CONNECT_S),
        limits=httpx.Limits(
            max_connections=CONNECTIONS,
            max_keepalive_connections=CONNECTIONS,
            keepalive_expiry=KEEPALIVE_S,
        ),
    )


async def read_bounded(response: httpx.Response, limit: int) -> bytes | None:
    """The body, or None where it has more than ``limit`` bytes; the rest is not read."""
    body = bytearray()
    async for chunk in response.aiter_bytes():
        body += chunk
        if len(body) > limit:
            return None
    return bytes(body)
