"""Who may speak to the page: a browser on this machine that shows the page itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from aiohttp import web
from aiohttp.typedefs import Middleware

from glm_slackbot.sandbox.page.refusals import Answering, refused

OWN_HEADER: Final = "X-Sandbox-Page"
HEADERS: Final = {
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
        "form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


def guard(port_of: Callable[[], int]) -> Middleware:
    """Turns away every request that the page itself would not make, with a sentence."""

    @web.middleware
    async def guarded(request: web.Request, handler: Answering) -> web.StreamResponse:
        words = _refusal(request, port_of())
        if words is not None:
            return refused(403, words)
        return await handler(request)

    return guarded


async def add_headers(_: web.Request, response: web.StreamResponse) -> None:
    """On every answer, refusals too."""
    response.headers.update(HEADERS)


def _refusal(request: web.Request, port: int) -> str | None:
    hosts = {f"127.0.0.1:{port}", f"localhost:{port}"}
    if request.headers.getall("Host", []) not in [[host] for host in hosts]:
        return f"This page is at http://127.0.0.1:{port} and under no other name."
    origin = request.headers.get("Origin")
    if origin is not None and origin != f"http://{request.host}":
        return "Other pages may not speak to the sandbox."
    if _comes_from_elsewhere(request):
        return "Other pages may not read the sandbox."
    if request.method != "POST":
        return None
    if request.content_type != "application/json":
        return "An act is JSON: send content-type application/json."
    if request.headers.get(OWN_HEADER) != "1":
        return f"An act carries the header {OWN_HEADER}: 1, which other pages cannot set."
    return None


def _comes_from_elsewhere(request: web.Request) -> bool:
    """As the browser says it. A link that leads here is no harm."""
    site = request.headers.get("Sec-Fetch-Site", "none")
    follows_link = request.headers.get("Sec-Fetch-Mode") == "navigate" and request.path == "/"
    return site not in ("none", "same-origin") and not follows_link
