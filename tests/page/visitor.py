"""Somebody with the page open: acts by HTTP, and reads the events as a browser does."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Callable
from typing import Any, Self

import aiohttp

HEADERS = {"X-Sandbox-Page": "1"}
PATIENT = aiohttp.ClientTimeout(total=60)
Json = dict[str, Any]


class Visitor:
    """One person's page: the newest state, and all traffic so far."""

    def __init__(self, session: aiohttp.ClientSession, address: str, user: str = "U1") -> None:
        self.session, self.address, self.user = session, address, user
        self.state: Json = {}
        self.states = 0
        self.told: list[Json] = []
        self._bodies: Json = {}
        self.traffic: list[Json] = []

    @contextlib.asynccontextmanager
    async def reading(self) -> AsyncIterator[Self]:
        """Read the events for the length of the block."""
        reading = asyncio.create_task(self._read())
        await self.until(lambda: self.state)
        yield self
        reading.cancel()
        await asyncio.gather(reading, return_exceptions=True)

    async def act(self, do: str, **more: Any) -> Json:
        """One act that goes well."""
        status, answer = await self.try_to(do, **more)
        assert status == 200, answer
        return answer

    async def try_to(self, do: str, **more: Any) -> tuple[int, Json]:
        """One act, and its HTTP status."""
        act = {"do": do, "user": self.user, **more}
        url = f"{self.address}/act"
        async with self.session.post(url, json=act, headers=HEADERS, timeout=PATIENT) as response:
            return response.status, await response.json()

    async def say(self, text: str, channel: str = "C1", **more: Any) -> None:
        await self.act("say", channel=channel, text=text, **more)

    async def press(self, shown: Json, action_id: str, **more: Any) -> tuple[int, Json]:
        """By the last part of an action_id; ``shown``: a message, Home or a modal."""
        block, element = next(
            (block, element)
            for block in shown["blocks"]
            for element in [*block.get("elements", []), block.get("accessory") or {}]
            if element.get("action_id", "").endswith(f".{action_id}")
        )
        is_message = "ts" in shown
        ts = {"message": {"channel": shown["channel"], "ts": shown["ts"]}} if is_message else {}
        where = ts or {"view": shown["id"]}
        ids = {"action_id": element["action_id"], "block_id": block["block_id"]}
        return await self.try_to("press", **where, **ids, **more)

    def messages(self, channel: str = "C1") -> list[Json]:
        return self.state["messages"].get(channel, [])

    def images(self, channel: str = "C1") -> list[Json]:
        return [message for message in self.messages(channel) if message["files"]]

    def sent(self, what: str) -> list[Json]:
        return [entry for entry in self.traffic if what in entry["what"]]

    async def see_images(self, count: int = 1, channel: str = "C1") -> list[Json]:
        return await self.until(lambda: len(self.images(channel)) >= count and self.images(channel))

    async def see(self, words: str, channel: str = "C1") -> Json:
        """The newest message that says this."""
        return await self.until(
            lambda: next((m for m in self.messages(channel)[::-1] if words in str(m)), None)
        )

    async def until(self, condition: Callable[[], Any], seconds: float = 40.0) -> Any:
        async with asyncio.timeout(seconds):
            while not (found := condition()):  # noqa: ASYNC110  # events come when they come
                await asyncio.sleep(0.02)
        return found

    async def _read(self) -> None:
        url, forever = f"{self.address}/events", aiohttp.ClientTimeout(total=None)
        reading = self.session.get(
            url, params={"user": self.user}, timeout=forever, read_bufsize=1 << 22
        )
        async with reading as response:
            kind = ""
            async for raw in response.content:
                line = raw.decode().rstrip("\n")
                if line.startswith("event: "):
                    kind = line.removeprefix("event: ")
                elif line.startswith("data: "):
                    self._take(kind, json.loads(line.removeprefix("data: ")))

    def _take(self, kind: str, data: Json) -> None:
        if kind == "traffic":
            self.traffic.append(data)
            return
        self.told.append(data)
        self._bodies |= data["messages"]
        self.state |= data
        order = self.state["order"].items()
        shown = {place: [self._bodies[key] for key in keys] for place, keys in order}
        self.state["messages"] = shown
        self.states += 1
