"""The page's HTTP: its files, its events, its acts and the images, behind the guards."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

from aiohttp import web

from glm_slackbot.sandbox.page.acts import act_out
from glm_slackbot.sandbox.page.bot_process import BotDown
from glm_slackbot.sandbox.page.events import Streams
from glm_slackbot.sandbox.page.guards import add_headers, guard
from glm_slackbot.sandbox.page.messages import facts_of
from glm_slackbot.sandbox.page.reading import BadAct
from glm_slackbot.sandbox.page.refusals import in_words, refused
from glm_slackbot.sandbox.page.stage import Stage
from glm_slackbot.sandbox.slack_errors import UsageError

LOOPBACK: Final = "127.0.0.1"
STATIC: Final = Path(__file__).with_name("static")
_TYPES: Final = {
    ".html": "text/html",
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
    ".png": "image/png",
}
_END_SECONDS: Final = 0.5


@asynccontextmanager
async def serving_page(stage: Stage, port: int) -> AsyncIterator[int]:
    """Serve for the length of the block; answers the port (0 asks for any free one)."""
    streams = Streams(stage)
    listening = [port]
    app = web.Application(middlewares=[guard(lambda: listening[0]), in_words])
    app.on_response_prepare.append(add_headers)
    app.on_shutdown.append(streams.end)
    app.add_routes(
        [
            web.get("/", _index),
            web.get("/static/{name}", _static),
            web.get("/files/{file}", _file(stage)),
            web.get("/events", streams.answer),
            web.post("/act", _act(stage)),
        ]
    )
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=_END_SECONDS)
    await runner.setup()
    try:
        await web.TCPSite(runner, LOOPBACK, port).start()
        listening[0] = runner.addresses[0][1]
        yield listening[0]
    finally:
        await runner.cleanup()


async def _index(_: web.Request) -> web.StreamResponse:
    return _sent(STATIC / "index.html")


async def _static(request: web.Request) -> web.StreamResponse:
    return _sent(STATIC / request.match_info["name"])


def _sent(path: Path) -> web.Response:
    if path.parent != STATIC or path.suffix not in _TYPES or not path.is_file():
        raise web.HTTPNotFound
    kind = _TYPES[path.suffix]
    charset = None if kind == "image/png" else "utf-8"
    return web.Response(body=path.read_bytes(), content_type=kind, charset=charset)


def _file(stage: Stage) -> Any:
    async def answer(request: web.Request) -> web.StreamResponse:
        file = stage.slack.workspace.files.get(request.match_info["file"])
        if file is None or file.content is None:
            raise web.HTTPNotFound
        return web.Response(body=file.content, content_type=facts_of(file.content)[0])

    return answer


def _act(stage: Stage) -> Any:
    async def answer(request: web.Request) -> web.StreamResponse:
        try:
            done = await act_out(stage, await _json_of(request))
        except (BadAct, UsageError) as reason:
            words = str(reason)
            return refused(400, words[:1].upper() + words[1:])
        except BotDown as reason:
            return refused(409, str(reason))
        return web.json_response({"ok": True, **done})

    return answer


async def _json_of(request: web.Request) -> dict[str, Any]:
    try:
        act = json.loads(await request.read())
    except ValueError:
        raise BadAct("An act is a JSON object; this is no JSON.") from None
    if not isinstance(act, dict):
        raise BadAct("An act is a JSON object.")
    return act
