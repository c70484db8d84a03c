"""Every answer that is a refusal is JSON with a sentence."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Final

from aiohttp import web

Answering = Callable[[web.Request], Awaitable[web.StreamResponse]]
_WORDS: Final[Mapping[int, str]] = {
    404: "There is nothing at {path} on this page.",
    405: "{path} takes {methods} only.",
    413: "An act has at most 1 MB: shorten what you wrote.",
}


def refused(status: int, words: str) -> web.Response:
    """The answer."""
    return web.json_response({"ok": False, "error": words}, status=status)


@web.middleware
async def in_words(request: web.Request, handler: Answering) -> web.StreamResponse:
    """Puts into words what the server refuses by itself."""
    try:
        return await handler(request)
    except web.HTTPClientError as fault:
        methods = fault.headers.get("Allow", "").replace(",", ", ")
        words = _WORDS.get(fault.status, fault.reason)
        return refused(fault.status, words.format(path=request.path, methods=methods))
