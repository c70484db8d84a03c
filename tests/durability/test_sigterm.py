"""SIGTERM, and a second program on the same file: ends that are quick, clean and lose nothing."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from holding import images_held_up
from ports import free_port

from glm_slackbot.sandbox.glm_weather import slow
from glm_slackbot.sandbox.slack_weather import drop

from .towns import Town, until

WITH_DEAD_NAME_SERVERS = """
import runpy, socket, sys, time
socket.getaddrinfo = lambda *_, **__: time.sleep(60)
sys.argv = ["glm_slackbot", "serve"]
runpy.run_module("glm_slackbot", run_name="__main__")
"""


@contextmanager
def serving(
    folder: Path, port: int, *how: str, proxy: str = "http://127.0.0.1:9"
) -> Iterator[subprocess.Popen[str]]:
    """``python -m glm_slackbot serve`` with settings for a Slack that cannot be reached."""
    settings = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": os.pathsep.join(sys.path),
        "SLACK_BOT_TOKEN": "xoxb-1",
        "SLACK_SIGNING_SECRET": "0123456789abcdef",
        "ZHIPU_API_KEY": "id.secret",
        "DATABASE_URL": f"sqlite:///{folder / 'bot.db'}",
        "PORT": str(port),
        "GLM_SLACKBOT_HOST": "127.0.0.1",
        "HTTPS_PROXY": proxy,
    }
    program = [sys.executable, *(how or ("-m", "glm_slackbot", "serve"))]
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    with subprocess.Popen(program, cwd=folder, env=settings, text=True, **streams) as process:  # type: ignore[call-overload]
        try:
            yield process
        finally:
            process.kill()


def wait_for_port(port: int) -> None:
    for _ in range(400):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError("it does not listen")


def test_an_idle_program_leaves_in_time_and_says_no_traceback(tmp_path: Path) -> None:
    port = free_port()
    with serving(tmp_path, port) as process:
        wait_for_port(port)
        process.send_signal(signal.SIGTERM)
        output, _ = process.communicate(timeout=25)

    assert process.returncode == 0, output
    assert "Traceback" not in output


def test_a_program_whose_name_servers_are_dead_leaves_in_time(tmp_path: Path) -> None:
    port = free_port()
    with serving(tmp_path, port, "-c", WITH_DEAD_NAME_SERVERS, proxy="") as process:
        wait_for_port(port)
        process.send_signal(signal.SIGTERM)
        output, _ = process.communicate(timeout=15)

    assert process.returncode == 0, output
    assert "Traceback" not in output


async def test_a_request_that_never_ends_holds_up_nobody(town: Town) -> None:
    bot = await town.start()
    reader, writer = await asyncio.open_connection("127.0.0.1", bot.port)
    writer.write(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
    await reader.readuntil(b"ok")
    head = (
        f"POST /slack/events HTTP/1.1\r\nHost: x\r\nContent-Length: 900\r\n"
        f"X-Slack-Request-Timestamp: {int(town.clock.now())}\r\nX-Slack-Signature: v0=0\r\n\r\n"
    )
    writer.write(head.encode())
    await asyncio.sleep(0.2)
    os.kill(bot.pid, signal.SIGTERM)
    await until(lambda: not bot.is_alive, 2.5)
    writer.close()
    assert bot.exit_code == 0, town.log


def test_a_second_program_on_the_same_file_is_refused_in_one_line(tmp_path: Path) -> None:
    port = free_port()
    with serving(tmp_path, port) as first:
        wait_for_port(port)
        with serving(tmp_path, free_port()) as second:
            output, _ = second.communicate(timeout=25)
        assert first.poll() is None

    assert second.returncode not in (0, None)
    assert len(output.strip().splitlines()) == 1, output
    assert "already serves" in output


async def test_after_sigkill_the_file_is_free_at_once(town: Town) -> None:
    first = await town.start()
    await town.kill(first)

    second = await town.start()
    await town.stop(second)


async def test_a_poll_that_outlasts_the_stop_is_gone_on_with_by_the_next_process(
    town: Town,
) -> None:
    first = await town.start()
    with images_held_up(town.glm):
        await town.slack.command("a fox", user="U1", channel="C1")
        await until(lambda: town.rows("select 1 from images where task_id is not null"))
        await town.stop(first)
    assert town.rows("select status, lease_owner from jobs") == [
        {"status": "queued", "lease_owner": None}
    ]
    second = await town.start()
    await until(lambda: town.is_at_rest)
    await town.slack.settle()
    await town.stop(second)
    assert len(town.pictures) == len(town.glm.purchases) == 1


async def test_a_generate_and_wait_call_gets_its_time_before_the_end(patient_town: Town) -> None:
    town = patient_town
    town.glm.weather.next(slow(0.6))
    bot = await town.start()
    await town.slack.command("a fox --model cogview-4", user="U1", channel="C1")
    await until(lambda: town.glm.purchases)

    await town.stop(bot)
    await town.slack.settle()
    assert town.is_at_rest
    assert len(town.pictures) == len(town.glm.purchases) == 1


async def test_a_process_that_stops_buys_nothing_more(patient_town: Town) -> None:
    town = patient_town
    town.settings = {"max_concurrency": 1}
    town.glm.weather.next(slow(1.5))
    first = await town.start()
    for words in ("a fox --n 2", "an owl"):
        await town.slack.command(f"{words} --model cogview-4", user="U1", channel="C1")
    await until(lambda: town.glm.purchases)

    await town.stop(first)
    assert len(town.glm.purchases) == 1
    second = await town.start()
    await until(lambda: town.is_at_rest)
    await town.slack.settle()
    await town.stop(second)
    assert len(town.glm.purchases) == 3
    assert sorted(len(m.files) for m in town.pictures) == [1, 2]


async def test_sigterm_while_slack_is_away_ends_in_time_and_loses_nothing(town: Town) -> None:
    town.slack.weather.always("files.getUploadURLExternal", drop())
    first = await town.start()
    await town.slack.command("a fox", user="U1", channel="C1")
    await until(lambda: town.slack.calls("files.getUploadURLExternal"))

    await town.stop(first)
    town.slack.weather.clear()
    second = await town.start()
    await until(lambda: town.is_at_rest)
    await town.slack.settle()
    await town.stop(second)
    assert len(town.pictures) == len(town.glm.purchases) == 1
