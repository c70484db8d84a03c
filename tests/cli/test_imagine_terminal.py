"""``glm-slackbot imagine`` on a terminal: progress while it works, Ctrl-C, and broken outputs."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import pty
import signal
import sys
import time

import pytest
from imagining import ENDS_WITHIN_S, ZAI, Program, until

from glm_slackbot.sandbox import glm_weather
from glm_slackbot.sandbox.glm_api import GLMStandIn


async def seen_on_terminal(imagine: Program, *arguments: str) -> tuple[int | None, str]:
    """The exit code, and all that came to the terminal on standard error."""
    ours, its = pty.openpty()
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "glm_slackbot", "imagine", *arguments),
        cwd=imagine.folder,
        env=imagine.env | {"TERM": "xterm", "COLUMNS": "100"},
        stdout=asyncio.subprocess.DEVNULL,
        stderr=its,
    )
    os.close(its)
    shown = await asyncio.to_thread(_read_all, ours)
    os.close(ours)
    return await process.wait(), shown


def _read_all(descriptor: int) -> str:
    read = b""
    with contextlib.suppress(OSError):  # Linux says so when the other end is closed
        while piece := os.read(descriptor, 2**16):
            read += piece
    return read.decode()


async def test_one_sees_what_an_image_goes_through(imagine: Program, glm: GLMStandIn) -> None:
    glm.weather.seconds = 1.2
    glm.weather.always(glm_weather.link_missing(fetches=2))
    code, shown = await seen_on_terminal(imagine, "a fox in [bold]snow[/bold]")
    assert code == 0
    for words in ("a fox in [bold]snow[/bold]", "generating 1 s", "downloading"):
        assert words in shown


async def test_in_a_batch_one_sees_the_cost_so_far_and_who_is_waited_for(
    imagine: Program, glm: GLMStandIn
) -> None:
    (imagine.folder / "prompts.txt").write_text("a fox\na cat\n")
    glm.weather.next(glm_weather.error("1302"))
    glm.weather.seconds = 0.5
    code, shown = await seen_on_terminal(imagine, "--from-file", "prompts.txt", "--save", "out")
    assert code == 0
    for words in ("0/2", "1/2", "cost so far 0.015 USD", "the provider is busy, next try in 2 s"):
        assert words in shown


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
async def test_ctrl_c_says_whether_it_may_be_charged(
    imagine: Program, glm: GLMStandIn, sent: signal.Signals
) -> None:
    glm.weather.next(glm_weather.slow(0), glm_weather.slow(30))
    process = await imagine.start("a fox", "--n", "2", "--json", "--concurrency", "1")
    await until(lambda: len(glm.purchases) == 2)
    pressed = time.monotonic()
    process.send_signal(sent)
    stdout, stderr = await process.communicate()
    assert process.returncode == 130
    assert time.monotonic() - pressed < ENDS_WITHIN_S
    made, lost = map(json.loads, stdout.splitlines())
    assert (made["ok"], lost["error"]["code"]) == (True, "UNSURE")
    assert "not ordered again" in lost["error"]["message"]
    assert b"UNSURE, may be charged" in stderr


async def test_kill_ends_it_also_where_ctrl_c_is_ignored_as_shells_do_behind_an_ampersand(
    imagine: Program, glm: GLMStandIn
) -> None:
    glm.weather.next(glm_weather.never_done())
    asked = ("imagine", "a fox", "--json", "--n", "2", "--concurrency", "1")
    process = await asyncio.create_subprocess_exec(
        *("sh", "-c", 'trap "" INT; exec "$0" "$@"', sys.executable, "-m", "glm_slackbot", *asked),
        env=imagine.env,
        stdout=asyncio.subprocess.PIPE,
    )
    await until(lambda: glm.purchases)
    process.send_signal(signal.SIGINT)
    await asyncio.sleep(0.2)
    assert process.returncode is None
    process.send_signal(signal.SIGTERM)
    stdout, _ = await asyncio.wait_for(process.communicate(), 5)
    assert process.returncode == 130
    assert json.loads(stdout.splitlines()[0])["error"]["code"] == "UNSURE"
    assert len(glm.purchases) == 1


async def test_ctrl_c_while_the_provider_is_busy_costs_nothing(
    imagine: Program, glm: GLMStandIn
) -> None:
    glm.weather.always(glm_weather.error("1305"))
    process = await imagine.start("a fox", "--json")
    await until(lambda: glm.requests)
    await asyncio.sleep(0.2)
    process.send_signal(signal.SIGINT)
    stdout, stderr = await process.communicate()
    assert process.returncode == 130
    told = json.loads(stdout)
    assert (told["error"]["code"], told["cost"]) == ("TIMEOUT", None)
    assert b"TIMEOUT, not charged: Stopped before it was ordered" in stderr


async def test_no_secret_leaves_by_any_output(imagine: Program, glm: GLMStandIn) -> None:
    (imagine.folder / "prompts.txt").write_text("a fox\na cat\n")
    glm.weather.next(glm_weather.Plan(), glm_weather.error("1000", message=ZAI["ZAI_API_KEY"]))
    ended = await imagine.run("--from-file", "prompts.txt", "--save", "out", "--json")
    kept = (imagine.folder / "out" / "prompts.txt.state.jsonl").read_text()
    assert ended.code == 1
    assert ZAI["ZAI_API_KEY"] not in ended.stdout + ended.stderr + kept
    assert "Signature" not in ended.stderr


async def test_an_unknown_image_host_leaves_no_line_beside_the_json(
    imagine: Program, glm: GLMStandIn
) -> None:
    glm.image_host = "aigc-files.bigmodel.cn"
    ended = await imagine.run("a fox", "--json", "--save", "out")
    assert (ended.code, ended.stderr) == (0, "")
