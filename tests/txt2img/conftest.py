"""The local server over the stand-in GLM, asked by real HTTP."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from clock import FastClock

from glm_slackbot.domain.image_models import Provider
from glm_slackbot.engine.txt2img.server import Txt2ImgServer
from glm_slackbot.engine.txt2img.studio import Studio
from glm_slackbot.glm import ApiKey, open_http
from glm_slackbot.sandbox.glm_api import TEST_API_KEYS, GLMStandIn
from glm_slackbot.sandbox.network import StandInNetwork


async def until(condition: Callable[[], object]) -> None:
    """Wait until it is true."""
    async with asyncio.timeout(10):
        while not condition():  # noqa: ASYNC110  # any condition, without a bell
            await asyncio.sleep(0.01)


@dataclass
class Served:
    """A running server, and a program that speaks to it."""

    server: Txt2ImgServer
    program: httpx.AsyncClient
    port: int

    async def ask(self, **fields: Any) -> httpx.Response:
        """POST /txt2img; a fox where no prompt is given."""
        return await self.program.post("/txt2img", json={"prompt": "a fox"} | fields)

    async def error(self, **fields: Any) -> tuple[int, str, str]:
        """Status, code and sentence of what is refused."""
        answer = await self.ask(**fields)
        told = answer.json()["error"]
        assert told["status"] == answer.status_code
        return answer.status_code, told["code"], told["message"]


ServerStarter = Callable[..., AbstractAsyncContextManager[Served]]


@pytest.fixture
def glm() -> GLMStandIn:
    stand_in = GLMStandIn()
    stand_in.weather.seconds = 0.02
    return stand_in


@pytest.fixture
async def network(glm: GLMStandIn) -> AsyncIterator[StandInNetwork]:
    async with StandInNetwork(dict.fromkeys(glm.hosts, glm.web_app())) as up:
        yield up


@pytest.fixture
async def start(
    network: StandInNetwork, clock: FastClock, tmp_path: Path
) -> AsyncIterator[ServerStarter]:
    """Starts a server; what is its own, and the studio's ``timeout_s`` and so on, by name."""
    spool = tmp_path / "spool"
    spool.mkdir()

    @asynccontextmanager
    async def served(
        *,
        provider: Provider = Provider.ZAI,
        api_key: str | None = None,
        concurrency: int = 2,
        timeout_s: float = 300.0,
        **given: Any,
    ) -> AsyncIterator[Served]:
        key = ApiKey(provider, api_key or TEST_API_KEYS[provider])
        studio = Studio(http, key, spool, concurrency, timeout_s, clock)
        its_own = {"host": "127.0.0.1", "token": None, "unclaimed": tmp_path / "unclaimed"} | given
        server = Txt2ImgServer(studio, version="1.2.3", **its_own)
        async with (
            httpx.AsyncClient(timeout=30) as program,
            server.serving(0) as port,
        ):
            program.base_url = f"http://127.0.0.1:{port}"
            yield Served(server, program, port)
        assert not any(spool.iterdir())

    async with open_http(network.httpx_transport) as http:
        yield served


@pytest.fixture
async def served(start: ServerStarter) -> AsyncIterator[Served]:
    async with start() as running:
        yield running
