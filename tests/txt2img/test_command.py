"""``glm-slackbot txt2img`` as a program of its own."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner, Result
from roads import road_to
from warm_asyncio import WarmProcess, start_warm

from glm_slackbot.cli import main
from glm_slackbot.domain.image_models import Provider
from glm_slackbot.sandbox.glm_api import TEST_API_KEYS, GLMStandIn
from glm_slackbot.sandbox.glm_weather import never_done
from glm_slackbot.sandbox.network import StandInNetwork

from .conftest import until

API_KEY = TEST_API_KEYS[Provider.ZAI]
Running = tuple[WarmProcess, str]
Refused = Callable[..., Result]


@asynccontextmanager
async def running(
    road: dict[str, str], folder: Path, *arguments: str, typed: str = "", **more: str
) -> AsyncIterator[Running]:
    """The program, and its address."""
    env = {"PATH": os.environ["PATH"]} | road | more
    words = ["txt2img", "--port", "0", *arguments]
    program = await start_warm(words, env, folder, stdin=asyncio.subprocess.PIPE)
    assert program.stdin
    assert program.stdout
    program.stdin.write(typed.encode())
    program.stdin.close()
    try:
        found = re.search(r"http://\S+", (await program.stdout.readline()).decode())
        assert found
        yield program, found[0]
    finally:
        if program.returncode is None:
            program.kill()
        await program.wait()


@pytest.fixture
async def road(network: StandInNetwork, tmp_path: Path) -> AsyncIterator[dict[str, str]]:
    async with road_to(network.routes, tmp_path) as variables:
        yield variables


@pytest.fixture
def refused(monkeypatch: pytest.MonkeyPatch, logging_as_before: None) -> Refused:
    def run(*arguments: str, **env: str) -> Result:
        for name in list(os.environ):
            monkeypatch.delenv(name)
        return CliRunner().invoke(main, ["txt2img", *arguments], env=env)

    return run


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_it_serves_until_a_signal_and_ends_with_0(
    road: dict[str, str], tmp_path: Path, glm: GLMStandIn, number: signal.Signals
) -> None:
    async with running(road, tmp_path, ZAI_API_KEY=API_KEY) as (program, address):
        async with httpx.AsyncClient(base_url=address, trust_env=False) as client:
            assert (await client.get("/ping")).json()["status"] == "ok"
            answer = await client.post("/txt2img", json={"prompt": "a secret fox"})
            assert (answer.status_code, answer.json()["count"]) == (200, 1)
        program.send_signal(number)
        said, logged = await asyncio.wait_for(program.communicate(), 10)
    assert program.returncode == 0
    assert "0.015 USD for each image of glm-image" in said.decode()
    assert "image made" in logged.decode()
    assert f"task_id={glm.purchases[0].task_id}" in logged.decode()
    for secret in (API_KEY, "secret fox", "Signature", "Traceback"):
        assert secret not in logged.decode()
    assert len(glm.purchases) == 1


async def test_a_second_signal_ends_it_now_and_whoever_waits_is_told(
    road: dict[str, str], tmp_path: Path, glm: GLMStandIn
) -> None:
    glm.weather.next(never_done())
    async with (
        running(road, tmp_path, ZAI_API_KEY=API_KEY) as (program, address),
        httpx.AsyncClient(base_url=address, trust_env=False, timeout=20) as client,
    ):
        asking = asyncio.create_task(client.post("/txt2img", json={"prompt": "a fox"}))
        await until(lambda: glm.purchases)
        program.send_signal(signal.SIGTERM)
        await asyncio.sleep(0.3)
        assert program.returncode is None
        program.send_signal(signal.SIGTERM)
        assert (await asking).json()["error"]["code"] == "UNSURE"
        assert await asyncio.wait_for(program.wait(), 10) == 0


async def test_the_api_key_may_come_by_the_input_and_strangers_need_the_token(
    road: dict[str, str], tmp_path: Path
) -> None:
    arguments = ("--host", "0.0.0.0", "--provider", "z.ai", "--key-stdin")
    started = running(
        road, tmp_path, *arguments, typed=f"{API_KEY}\n", GLM_SLACKBOT_HTTP_TOKEN="t0ken"
    )
    async with started as (_, address), httpx.AsyncClient(trust_env=False) as client:
        url = f"{address.replace('0.0.0.0', '127.0.0.1')}/ping"
        assert (await client.get(url)).status_code == 401
        right = {"Authorization": "Bearer t0ken"}
        assert (await client.get(url, headers=right)).json()["provider"] == "z.ai"


@pytest.mark.parametrize("host", ["0.0.0.0", "::", ""])
def test_a_host_that_others_can_reach_needs_a_token(refused: Refused, host: str) -> None:
    told = refused("--host", host, ZAI_API_KEY=API_KEY)
    assert told.exit_code == 2
    assert "set GLM_SLACKBOT_HTTP_TOKEN to a secret" in told.stderr


@pytest.mark.parametrize(
    ("arguments", "env", "words"),
    [
        ([], {}, "There is no API key: set ZHIPU_API_KEY"),
        ([], {"ZAI_API_KEY": "a.b", "ZHIPU_API_KEY": "a.b"}, "are both set"),
        ([], {"ZAI_API_KEY": "a.b", "GLM_SLACKBOT_HTTP_TOKEN": "a b"}, "without spaces"),
        (["--host", "no.such.host.invalid"], {"ZAI_API_KEY": "a.b"}, "--host no.such.host.invalid"),
        (["--host", "192.0.2.1"], {"ZAI_API_KEY": "a.b", "GLM_SLACKBOT_HTTP_TOKEN": "t"}, "choose"),
        ([], {"ZAI_API_KEY": "a.b", "HTTPS_PROXY": "socks9://x"}, "HTTPS_PROXY is no proxy"),
        (["--timeout", "0"], {"ZAI_API_KEY": "a.b"}, "range"),
    ],
)
def test_a_mistake_is_told_at_the_start_in_a_line(
    refused: Refused, arguments: list[str], env: dict[str, str], words: str
) -> None:
    told = refused("--port", "0", *arguments, **env)
    assert told.exit_code == 2
    assert words in told.stderr
    assert "Traceback" not in told.stderr


def test_a_port_that_is_taken_is_told_in_a_line(refused: Refused) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        told = refused("--port", port, ZAI_API_KEY=API_KEY)
    assert told.exit_code == 2
    assert f"--host 127.0.0.1 --port {port}: " in told.stderr
