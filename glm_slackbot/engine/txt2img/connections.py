"""Connections whose every refusal is JSON, also of what is no HTTP at all."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web

from glm_slackbot.engine.txt2img.faults import BAD_REQUEST, fault
from glm_slackbot.engine.txt2img.replies import refusal


@asynccontextmanager
async def listening(
    server: web.Server, host: str, port: int, logger: logging.Logger
) -> AsyncIterator[int]:
    """As ``web.TCPSite`` does it, which knows no other kind of connection; answers the port."""
    loop = asyncio.get_running_loop()

    def connection() -> _Connection:
        return _Connection(server, loop=loop, logger=logger, access_log=None)  # type: ignore[arg-type]  # as aiohttp itself has it

    opened = await loop.create_server(connection, host, port, backlog=128)
    try:
        yield opened.sockets[0].getsockname()[1]
    finally:
        opened.close()  # to new ones: those that are open have their answers still


class _Connection(web.RequestHandler):
    __slots__ = ()

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        """What aiohttp tells in words that quote the request."""
        response = super().handle_error(request, status, exc, message)
        if status != BAD_REQUEST:
            return response
        told = refusal(fault(BAD_REQUEST, "local_server.not_http"))
        told.force_close()
        return told
