"""Whether the program lives, and whether it can do its work."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from aiohttp import web
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from sqlalchemy import text

from glm_slackbot.app.bolt_app import Identity
from glm_slackbot.workflow.services import Services

STALE_WORKER = 30.0
"""Seconds without a round of the worker's loop."""


@dataclass(slots=True)
class Health:
    """Answers ``/healthz`` and ``/readyz``."""

    services: Services
    identity: Identity | None
    """None where workspaces install by OAuth: there is no one token to try."""
    needs_socket: bool = False
    socket: SocketModeClient | None = None
    """None until it is made."""

    async def healthz(self, _request: web.Request) -> web.Response:
        """The loop turns: alive."""
        return web.Response(text="ok")

    async def readyz(self, _request: web.Request) -> web.Response:
        """Database, worker and Slack: ready, or what is missing."""
        missing = [name for name, fine in (await self.checks()).items() if not fine]
        if missing:
            return web.Response(status=503, text="not ready: " + ", ".join(missing))
        return web.Response(text="ready")

    async def checks(self) -> dict[str, bool]:
        """By name, whether it is fine."""
        age = self.services.clock.now() - self.services.worker_state.alive_at
        found = {
            "database": await self._database(),
            "worker": age < STALE_WORKER,
        }
        if self.identity is not None:
            found["slack"] = self.identity.known.is_set()
        if self.needs_socket:
            found["socket"] = self.socket is not None and await self.socket.is_connected()
        return found

    async def _database(self) -> bool:
        try:
            async with asyncio.timeout(2.0), self.services.database.read() as connection:
                await connection.execute(text("SELECT 1"))
        except Exception:  # noqa: BLE001  # whatever it is, it is not ready
            return False
        return True
