"""The HTTP of it: two routes behind the guards, bounded bodies, an end that loses nothing."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Final

import structlog
from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError

from glm_slackbot.domain.image_models import models_at
from glm_slackbot.engine.not_made import NotMade
from glm_slackbot.engine.txt2img import faults
from glm_slackbot.engine.txt2img.answering import answer_of
from glm_slackbot.engine.txt2img.connections import listening
from glm_slackbot.engine.txt2img.errands import Errands
from glm_slackbot.engine.txt2img.faults import Fault, fault, fault_of
from glm_slackbot.engine.txt2img.guards import check_request
from glm_slackbot.engine.txt2img.replies import (
    LONGEST_BODY,
    add_headers,
    json_reply,
    refusal,
    refusal_of_http,
)
from glm_slackbot.engine.txt2img.studio import Studio
from glm_slackbot.engine.txt2img.wanted import read_wanted
from glm_slackbot.observe import traceback_of

log = structlog.get_logger(__name__)

READING_S: Final = 10.0
MOST_REQUESTS: Final = 32
"""At work or waiting; each may wait for its turn."""
PATIENCE_S: Final = 20.0
"""Seconds for what is ordered, once the server is told to end."""
END_S: Final = 3.0
"""Seconds for answers that are on their way then."""

Answering = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass
class Txt2ImgServer:
    """Without a ``token`` it answers loopback alone. ``unclaimed``: a folder, made if needed."""

    studio: Studio
    host: str
    token: str | None
    unclaimed: Path
    version: str
    most_requests: int = MOST_REQUESTS
    reading_s: float = READING_S
    patience_s: float = PATIENCE_S
    _open: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        self._errands = Errands(self.studio.clock, self.unclaimed)

    def web_app(self) -> web.Application:
        """Its routes; every answer is JSON."""
        app = web.Application(client_max_size=LONGEST_BODY, middlewares=[self._tells_faults])
        app.add_routes([web.get("/ping", self._ping), web.post("/txt2img", self._txt2img)])
        app.on_response_prepare.append(add_headers)
        return app

    @asynccontextmanager
    async def serving(self, port: int, logger: logging.Logger | None = None) -> AsyncIterator[int]:
        """Listen for the length of the block; answers the port (0 asks for any free one)."""
        runner = web.AppRunner(self.web_app(), shutdown_timeout=END_S)
        await runner.setup()
        assert runner.server
        try:
            logger = logger or logging.getLogger(__name__)
            async with listening(runner.server, self.host, port, logger) as bound:
                yield bound
            await self.studio.end(self.patience_s)
        finally:
            await runner.cleanup()

    @web.middleware
    async def _tells_faults(self, request: web.Request, handler: Answering) -> web.StreamResponse:
        try:
            check_request(request, self.token, self.host)
            return await handler(request)
        except Fault as told:
            return refusal(told)
        except web.HTTPException as told:
            return refusal_of_http(told)
        except Exception as unexpected:  # a bug must not cost the answer
            reference = secrets.token_hex(4)
            log.exception("a request failed", reference=reference, **traceback_of(unexpected))
            return refusal(fault(faults.UNEXPECTED, "local_server.unexpected", reference=reference))

    async def _ping(self, _: web.Request) -> web.Response:
        provider = self.studio.api_key.provider
        told = {
            "status": "ok",
            "version": self.version,
            "provider": provider.value,
            "models": models_at(provider),
        }
        return web.json_response(told)

    async def _txt2img(self, request: web.Request) -> web.StreamResponse:
        if self._open >= self.most_requests:
            raise fault(faults.TOO_MANY, "local_server.full", count=self._open)
        self._open += 1
        try:
            body = await self._body(request)
            return await self._made(request, body)
        except NotMade as ended:
            raise fault_of(ended) from None
        finally:
            self._open -= 1

    async def _body(self, request: web.Request) -> bytes:
        if request.content_type != "application/json":
            # The other types a page of another site could send without asking first.
            raise fault(faults.NOT_JSON, "local_server.not_as_json")
        try:
            async with asyncio.timeout(self.reading_s):
                return await request.read()
        except TimeoutError:
            raise fault(
                faults.LATE, "local_server.body_late", seconds=f"{self.reading_s:g}"
            ) from None
        except (HttpProcessingError, web.RequestPayloadError, ConnectionError):
            raise fault(faults.BAD_REQUEST, "local_server.broken_body") from None

    async def _made(self, request: web.Request, body: bytes) -> web.StreamResponse:
        asker = partial(_waits_still, request)
        wanted = read_wanted(body, self.studio.api_key.provider)
        errand = self._errands.of(body, wanted, asker)
        was_sent = False
        async with errand.turn_of(asker):
            try:
                await errand.make(self.studio)
                if not asker():
                    raise fault(faults.NOT_AWAITED, "local_server.not_awaited")
                response = json_reply(*await asyncio.to_thread(answer_of, errand))
                was_sent = await _send(response, request)
                return response
            finally:
                if errand.asker is asker:  # else it was taken up by now
                    (self._errands.answered if was_sent else self._errands.left)(errand)


async def _send(response: web.Response, request: web.Request) -> bool:
    """Whether it went out as a whole, as far as can be known."""
    try:
        await response.prepare(request)
        await response.write_eof()
    except ConnectionError:
        return False
    return True


def _waits_still(request: web.Request) -> bool:
    return request.transport is not None and not request.transport.is_closing()
