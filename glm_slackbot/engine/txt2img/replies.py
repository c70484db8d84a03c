"""Every answer as JSON, refusals of aiohttp's own too."""

from __future__ import annotations

import json
from typing import Final

from aiohttp import web

from glm_slackbot.domain.imagine import PROMPT_LIMIT
from glm_slackbot.engine.txt2img import faults
from glm_slackbot.engine.txt2img.faults import Fault, fault

LONGEST_BODY: Final = 64 * 1024
_RETRY_AFTER_S: Final = 30


def json_reply(status: int, body: bytes) -> web.Response:
    """A body that is JSON already."""
    response = web.Response(body=body, status=status, content_type="application/json")
    if status == faults.TOO_MANY:
        response.headers["Retry-After"] = str(_RETRY_AFTER_S)
    return response


def refusal(told: Fault) -> web.Response:
    """A fault as an answer."""
    response = json_reply(told.status, json.dumps({"error": told.as_json}).encode("ascii"))
    if told.status == faults.UNAUTHORIZED:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def refusal_of_http(told: web.HTTPException) -> web.Response:
    """What aiohttp refuses by itself: paths, methods, long bodies."""
    if isinstance(told, web.HTTPMethodNotAllowed):
        methods = ", ".join(sorted(told.allowed_methods))
        response = refusal(
            fault(faults.METHOD_NOT_ALLOWED, "local_server.wrong_method", methods=methods)
        )
        response.headers["Allow"] = methods
        return response
    if isinstance(told, web.HTTPRequestEntityTooLarge):
        limits = {"most": LONGEST_BODY, "limit": PROMPT_LIMIT}
        return refusal(fault(faults.TOO_LARGE, "local_server.too_large", **limits))
    return refusal(fault(faults.NOT_FOUND, "local_server.no_such_path"))


async def add_headers(_: web.Request, response: web.StreamResponse) -> None:
    """On every answer."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
