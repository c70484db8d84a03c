"""Slack's web side: the Web API, upload addresses, downloads, response URLs, the socket."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from aiohttp import web

from glm_slackbot.sandbox import (
    slack_methods_chat,
    slack_methods_files,
    slack_methods_places,
    slack_methods_views,
)
from glm_slackbot.sandbox.slack_call import Call, Method
from glm_slackbot.sandbox.slack_errors import Json, SlackError
from glm_slackbot.sandbox.slack_limits import RateLimitedError
from glm_slackbot.sandbox.slack_rules import LONGEST_URL, RULES, check_call
from glm_slackbot.sandbox.slack_state import ApiCall
from glm_slackbot.sandbox.slack_weather import Trouble

if TYPE_CHECKING:
    from glm_slackbot.sandbox.slack_core import SlackCore

LARGEST_BODY = 64 << 20
Work = Callable[[], Awaitable[web.StreamResponse]]


async def open_connection(call: Call) -> Json:
    """apps.connections.open: an address for one Socket Mode connection."""
    return {"ok": True, "url": call.stand_in.socket.new_address()}


METHODS: dict[str, Method] = {
    "apps.connections.open": open_connection,
    **slack_methods_chat.METHODS,
    **slack_methods_files.METHODS,
    **slack_methods_places.METHODS,
    **slack_methods_views.METHODS,
}


class SlackWeb:
    """Routes by host and path; every answer may be spoiled by the weather."""

    def __init__(self, stand_in: SlackCore) -> None:
        self._stand_in = stand_in

    def application(self) -> web.Application:
        """A new application over the one stand-in."""
        app = web.Application(client_max_size=LARGEST_BODY)
        for verb in ("GET", "POST"):
            app.router.add_route(verb, "/api/{method}", self._on("slack.com", self.call))
        files = "files.slack.com"
        app.router.add_post("/upload/v1/{ticket}", self._on(files, self.upload))
        app.router.add_get("/files-pri/{file}/{name}", self._on(files, self.download))
        urls = self._on("hooks.slack.com", self.respond)
        app.router.add_post("/{kind:commands|actions}/{rest:.+}", urls)
        socket = self._stand_in.socket.serve
        app.router.add_get("/link/", self._on("wss-primary.slack.com", socket))
        return app

    def _on(
        self, host: str, work: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def at_host(request: web.Request) -> web.StreamResponse:
            if request.host.partition(":")[0] != host:
                raise web.HTTPNotFound
            return await work(request)

        return at_host

    async def upload(self, request: web.Request) -> web.StreamResponse:
        """Bytes of a file."""
        return await self._weathered(
            "upload", request, lambda: self._stand_in.uploads.receive(request)
        )

    async def download(self, request: web.Request) -> web.StreamResponse:
        """A file's bytes."""
        return await self._weathered(
            "download", request, lambda: self._stand_in.uploads.download(request)
        )

    async def respond(self, request: web.Request) -> web.StreamResponse:
        """An answer to a response URL."""
        return await self._weathered(
            "response_url", request, lambda: self._stand_in.response_urls.receive(request)
        )

    async def call(self, request: web.Request) -> web.StreamResponse:
        """A call of the Web API."""
        if len(request.raw_path) > LONGEST_URL:
            return web.Response(status=414, text="Request-URI Too Large")
        method = request.match_info["method"]
        args, token = await read_call(request, method)
        trouble = self._stand_in.weather.take(method)

        async def answered() -> web.StreamResponse:
            response, answer = await self._answer(method, args, token)
            self._note(method, args, token, response.status, answer)
            return response

        if trouble is None:
            return await answered()
        if _replaces(trouble) and not trouble.after:
            self._note(method, args, token, trouble.status or 0, _parsed(trouble.body))
        return await spoiled(trouble, request, answered)

    def _note(self, method: str, args: Json, token: str, status: int, answer: Json) -> None:
        workspace = self._stand_in.workspace
        call = ApiCall(method, args, token, status, answer, workspace.clock())
        workspace.api_calls.append(call)

    async def _answer(self, method: str, args: Json, token: str) -> tuple[web.Response, Json]:
        headers = {"x-oauth-scopes": ",".join(sorted(self._stand_in.workspace.scopes))}
        status = 200
        try:
            if "" in args:  # left there by a body that is not a JSON object
                raise SlackError(args[""])
            check_call(self._stand_in.workspace, method, token, args)
            if method not in METHODS:
                raise SlackError("unknown_method", req_method=method)
            answer = await METHODS[method](Call(self._stand_in, method, args))
        except RateLimitedError as limited:
            answer, status = limited.answer(), 429
            headers["Retry-After"] = str(limited.retry_after)
        except SlackError as refusal:
            answer = refusal.answer()
        return web.json_response(answer, status=status, headers=headers), answer

    async def _weathered(self, name: str, request: web.Request, work: Work) -> web.StreamResponse:
        trouble = self._stand_in.weather.take(name)
        return await (work() if trouble is None else spoiled(trouble, request, work))


async def spoiled(trouble: Trouble, request: web.Request, work: Work) -> web.StreamResponse:
    """What a call meets instead of its answer."""
    await asyncio.sleep(trouble.seconds)
    if trouble.after or not _replaces(trouble):
        response = await work()
        if not _replaces(trouble):
            return response
    if trouble.drops and request.transport is not None:
        request.transport.abort()
    return web.Response(
        status=trouble.status or 500,
        text=trouble.body,
        content_type=trouble.content_type,
        headers=trouble.headers,
    )


def _replaces(trouble: Trouble) -> bool:
    return trouble.drops or trouble.status is not None


def _parsed(body: str) -> Json:
    try:
        parsed = json.loads(body)
    except ValueError:
        return {}
    return parsed if isinstance(parsed, dict) else {}


async def read_call(request: web.Request, method: str) -> tuple[Json, str]:
    """The arguments and the token."""
    args: Json = dict(request.query)
    if request.content_type == "application/json":
        args |= await _json_args(request, method)
    elif request.method == "POST":
        args |= dict(await request.post())
    form_token = args.pop("token", "") if request.content_type != "application/json" else ""
    authorization = request.headers.get("Authorization", "")
    return args, authorization.removeprefix("Bearer ") or str(form_token)


async def _json_args(request: web.Request, method: str) -> Json:
    text = await request.text()
    rule = RULES.get(method)
    if rule is None or not rule.takes_json:
        return {}  # methods that read look for form fields only, and miss what a JSON body says
    try:
        body: Any = json.loads(text)
    except ValueError:
        return {"": "invalid_json"}
    return body if isinstance(body, dict) else {"": "json_not_object"}
