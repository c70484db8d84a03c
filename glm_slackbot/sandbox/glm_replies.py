"""How the stand-in GLM says no: the provider's JSON, a proxy's HTML, or a dropped connection."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from glm_slackbot.sandbox.glm_codes import STATUS_OF_CODE, words_of_code
from glm_slackbot.sandbox.glm_rules import Refused
from glm_slackbot.sandbox.glm_weather import Reply

_POLICY_CODES = frozenset({"1300", "1301"})


def refused_answer(refused: Refused, request: web.Request) -> web.Response:
    """A broken rule in the provider's JSON, with the documented HTTP status."""
    status = STATUS_OF_CODE[refused.code]
    return answer_with(Reply(status=status, code=refused.code, message=refused.message), request)


def answer_with(reply: Reply, request: web.Request) -> web.Response:
    """A reply as HTTP; a dropped one closes the connection under the answer."""
    if reply.drop and request.transport is not None:
        request.transport.abort()
    if reply.code is not None:
        body = _error_body(reply.code, reply.message, english=_wants_english(request))
        return web.json_response(body, status=reply.status, headers=reply.headers)
    if reply.text is not None:
        return web.Response(
            status=reply.status, text=reply.text, content_type="text/html", headers=reply.headers
        )
    return web.json_response(reply.json, status=reply.status, headers=reply.headers)


def _error_body(code: str | int, message: str | None, *, english: bool) -> dict[str, Any]:
    words = message or words_of_code(str(code), english=english)
    body: dict[str, Any] = {"error": {"code": code, "message": words}}
    if str(code) in _POLICY_CODES:
        body["contentFilter"] = [{"level": 2, "role": "user"}]
    return body


def _wants_english(request: web.Request) -> bool:
    return request.headers.get("Accept-Language", "").startswith("en")
