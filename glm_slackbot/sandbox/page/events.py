"""Server-Sent Events: what changes of the state, and the traffic as it happens."""

from __future__ import annotations

import asyncio

from aiohttp import web

from glm_slackbot.sandbox.page.news import News
from glm_slackbot.sandbox.page.refusals import refused
from glm_slackbot.sandbox.page.stage import Stage
from glm_slackbot.sandbox.page.state import state_of
from glm_slackbot.sandbox.page.traffic import Entry

HEARTBEAT_SECONDS = 15.0


class Streams:
    """The open streams; ``end`` closes them, so that the page can end at once."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._open: set[asyncio.Task[None]] = set()

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """GET /events?user=…"""
        user = request.query.get("user", "")
        person = self._stage.slack.workspace.users.get(user)
        if person is None or person.is_bot:
            return refused(400, f"Nobody is “{user}”.")
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        start = self._stage.traffic.start_for(_last_seen(request))
        stream = asyncio.create_task(self._stream(response, user, start))
        self._open.add(stream)
        try:
            await stream
        except ConnectionError:
            pass  # the reader has gone
        finally:
            stream.cancel()
            self._open.discard(stream)
        return response

    async def end(self, _: web.Application) -> None:
        """Before the connections are waited for."""
        for stream in self._open:
            stream.cancel()

    async def _stream(self, response: web.StreamResponse, user: str, number: int) -> None:
        news = News()
        while True:
            for entry in self._stage.traffic.after(number):
                number = entry.n
                await response.write(_traffic_event(entry))
            told = news.of(state_of(self._stage, user))
            if told is not None:
                await response.write(f"event: state\ndata: {told}\n\n".encode())
            if not await self._stage.bell.wait(HEARTBEAT_SECONDS):
                await response.write(b": still here\n\n")


def _traffic_event(entry: Entry) -> bytes:
    return f"event: traffic\nid: {entry.n}\ndata: {entry.as_json()}\n\n".encode()


def _last_seen(request: web.Request) -> int | None:
    given = request.headers.get("Last-Event-ID", "")
    return int(given) if given.isascii() and given.isdecimal() else None
