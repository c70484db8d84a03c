"""Overhears the stand-ins: every request of the bot's becomes an entry of the traffic."""

from __future__ import annotations

import json
import time
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from glm_slackbot.domain.image_models import Provider
from glm_slackbot.sandbox.page.traffic import BOT, GLM, SLACK, Traffic
from glm_slackbot.sandbox.slack_api import read_call
from glm_slackbot.sandbox.slack_errors import Json

Answering = Callable[[web.Request], Awaitable[web.StreamResponse]]
_API_HOSTS = frozenset(provider.host for provider in Provider)
_ENDLESS = "/link/"


def overhear_slack(app: web.Application, traffic: Traffic) -> None:
    """Before the application serves."""

    @web.middleware
    async def overhear(request: web.Request, handler: Answering) -> web.StreamResponse:
        if request.path == _ENDLESS:
            return await handler(request)
        what, asked = await _asked_of_slack(request)
        start = time.monotonic()
        response = await handler(request)
        detail = asked | _answered(request, response, start)
        detail.pop("answer", None) if detail.get("status") == 200 and _is_ok(response) else None
        traffic.note(BOT, SLACK, what, ok=_is_ok(response) and not _is_cut(request), detail=detail)
        return response

    app.middlewares.append(overhear)


def overhear_glm(app: web.Application, traffic: Traffic) -> None:
    """Before the application serves. Connections are not kept, so that GLM can go down at once."""

    @web.middleware
    async def overhear(request: web.Request, handler: Answering) -> web.StreamResponse:
        body, start = await request.read(), time.monotonic()
        response = await handler(request)
        detail = ({"body": _parsed(body)} if body else {}) | _answered(request, response, start)
        ok = response.status < 400 and not _is_cut(request)
        host = "" if request.host in _API_HOSTS else request.host
        traffic.note(BOT, GLM, f"{request.method} {host}{request.path}", ok=ok, detail=detail)
        return response

    app.middlewares.append(overhear)
    app.on_response_prepare.append(_end_connection)


async def _end_connection(_: web.Request, response: web.StreamResponse) -> None:
    # Said in the head, before a stream begins: who is not told would buy on a dead connection.
    response.headers["Connection"] = "close"
    response.force_close()


async def _asked_of_slack(request: web.Request) -> tuple[str, Json]:
    if request.path.startswith("/api/"):
        method = request.match_info.get("method", request.path)
        args, _ = await read_call(request, method)
        return method, {"arguments": {name: _opened(value) for name, value in args.items()}}
    if request.path.startswith("/upload/"):
        return "upload of a file", {"bytes": request.content_length}
    if request.path.startswith("/files-pri/"):
        return f"GET {request.path}", {}
    return "response_url", {"arguments": _parsed(await request.read())}


def _answered(request: web.Request, response: web.StreamResponse, start: float) -> Json:
    seconds = {"seconds": round(time.monotonic() - start, 3)}
    if _is_cut(request):
        return {"status": None, "error": "the connection was cut"} | seconds
    answered: Json = {"status": response.status} | seconds
    if wait := response.headers.get("Retry-After"):
        answered["retry_after"] = wait
    if (body := _json_of(response)) is not None:
        answered["answer"] = body
        error = body.get("error")
        answered |= {"error": error} if isinstance(error, str) else {}
    return answered


def _is_cut(request: web.Request) -> bool:
    return request.transport is None or request.transport.is_closing()


def _is_ok(response: web.StreamResponse) -> bool:
    body = _json_of(response)
    return response.status == 200 and (body is None or body.get("ok") is not False)


def _json_of(response: web.StreamResponse) -> Json | None:
    if not isinstance(response, web.Response) or response.content_type != "application/json":
        return None
    parsed = _parsed(response.body if isinstance(response.body, bytes) else b"")
    return parsed if isinstance(parsed, dict) else None


def _parsed(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        return body.decode(errors="replace")


def _opened(value: Any) -> Any:
    """Blocks in a form are JSON in a string: shown as what they are."""
    is_json = isinstance(value, str) and value[:1] in ("[", "{")
    return _parsed(value.encode()) if is_json else value
