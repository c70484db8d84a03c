"""Delivery by Socket Mode: envelopes over WebSockets that the app opened, and their acks."""

from __future__ import annotations

import asyncio
import json
import secrets
import time
from typing import Any

from aiohttp import WSMsgType, web

from glm_slackbot.sandbox.slack_errors import Json
from glm_slackbot.sandbox.slack_http import ANSWER_SECONDS
from glm_slackbot.sandbox.slack_parcel import Answer, Parcel, ParcelKind

PING_SECONDS = 10.0


class SocketMode:
    """The app's open connections; each address from `apps.connections.open` is good once."""

    def __init__(self, app_id: str) -> None:
        self.answer_seconds = ANSWER_SECONDS
        #: envelopes acked, by envelope_id, in the order of their acks
        self.acks: list[str] = []
        self._app_id = app_id
        self._tickets: set[str] = set()
        self._connections: list[web.WebSocketResponse] = []
        self._waiting: dict[str, asyncio.Future[Json]] = {}
        self._is_connected = asyncio.Event()

    @property
    def connections(self) -> int:
        """How many the app holds now."""
        return len(self._connections)

    async def connected(self, seconds: float = 10.0) -> None:
        """Waits until the app holds a connection."""
        await asyncio.wait_for(self._is_connected.wait(), seconds)

    def new_address(self) -> str:
        """A wss address with a ticket for one connection."""
        ticket = secrets.token_hex(16)
        self._tickets.add(ticket)
        return f"wss://wss-primary.slack.com/link/?ticket={ticket}&app_id={self._app_id}"

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """One connection, from hello to its end."""
        if request.query.get("ticket") not in self._tickets:
            return web.Response(status=403, text="ticket unknown or used")
        self._tickets.discard(request.query["ticket"])
        connection = web.WebSocketResponse(heartbeat=PING_SECONDS)
        await connection.prepare(request)
        await connection.send_json(self._hello())
        self._connections.append(connection)
        self._is_connected.set()
        try:
            async for message in connection:
                if message.type is WSMsgType.TEXT:
                    self._note_ack(message.data)
        finally:
            self._forget(connection)
        return connection

    async def deliver(self, parcel: Parcel, attempt: int = 0, reason: str = "") -> Answer:
        """One envelope over the newest connection; an ack in time counts as a 200."""
        start = time.perf_counter()
        if not self._connections:
            return Answer(None, "", 0.0, "dispatch_failed")
        envelope = _envelope(parcel, attempt, reason)
        acked = asyncio.get_running_loop().create_future()
        self._waiting[envelope["envelope_id"]] = acked
        try:
            await self._connections[-1].send_json(envelope)
            payload = await asyncio.wait_for(acked, self.answer_seconds)
        except TimeoutError:
            return Answer(None, "", time.perf_counter() - start, "operation_timeout")
        except ConnectionError:
            return Answer(None, "", time.perf_counter() - start, "dispatch_failed")
        finally:
            del self._waiting[envelope["envelope_id"]]
        body = json.dumps(payload) if payload else ""
        return Answer(200, body, time.perf_counter() - start)

    async def disconnect(self, reason: str = "refresh_requested") -> None:
        """Tells every connection to go, as Slack does every few hours, then closes it.

        The reason `warning` comes some seconds ahead and closes nothing yet.
        """
        for connection in list(self._connections):
            await connection.send_json({"type": "disconnect", "reason": reason, "debug_info": {}})
            if reason != "warning":
                self._forget(connection)
                await connection.close()

    async def drop(self) -> None:
        """Cuts every connection without a word."""
        for connection in list(self._connections):
            self._forget(connection)
            await connection.close(code=1006, drain=False)

    def _forget(self, connection: web.WebSocketResponse) -> None:
        if connection in self._connections:
            self._connections.remove(connection)
        if not self._connections:
            self._is_connected.clear()

    def _hello(self) -> Json:
        return {
            "type": "hello",
            "num_connections": len(self._connections) + 1,
            "connection_info": {"app_id": self._app_id},
            "debug_info": {"host": "sandbox", "approximate_connection_time": 18060},
        }

    def _note_ack(self, text: str) -> None:
        ack: Any = json.loads(text)
        envelope_id = ack.get("envelope_id", "")
        self.acks.append(envelope_id)
        waiting = self._waiting.get(envelope_id)
        if waiting is not None and not waiting.done():
            waiting.set_result(ack.get("payload") or {})


def _envelope(parcel: Parcel, attempt: int, reason: str) -> Json:
    envelope: Json = {
        "envelope_id": secrets.token_hex(16),
        "type": parcel.kind.value,
        "payload": parcel.payload,
        "accepts_response_payload": parcel.kind is not ParcelKind.EVENT,
    }
    if parcel.kind is ParcelKind.EVENT:
        envelope |= {"retry_attempt": attempt, "retry_reason": reason}
    return envelope
