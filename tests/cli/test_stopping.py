"""Stopped before its end: by Ctrl-C at odd moments, or because nobody reads any more."""

from __future__ import annotations

import asyncio
import json
import signal
import sys
import time
from pathlib import Path

import pytest
from imagining import ENDS_WITHIN_S, Program, until
from shell import in_shell

from glm_slackbot.cli import imagine_arguments, main
from glm_slackbot.cli.imagine_asked import Asked
from glm_slackbot.sandbox import glm_weather
from glm_slackbot.sandbox.glm_api import GLMStandIn

BATCH = ("--from-file", "prompts.txt", "--json", "--save", "out", "--concurrency", "1")

STATE = "prompts.txt.state.jsonl"

HANGS = """
import pathlib, socket, time
def getaddrinfo(*args, **kwargs):
    pathlib.Path("asked").touch()
    time.sleep(60)
socket.getaddrinfo = getaddrinfo
"""


async def test_ctrl_c_while_a_name_is_looked_up_is_quick_and_costs_nothing(
    imagine: Program, tmp_path: Path
) -> None:
    (tmp_path / "sitecustomize.py").write_text(HANGS)
    imagine.road = {"PYTHONPATH": f"{tmp_path}:{imagine.env['PYTHONPATH']}"}
    (imagine.folder / "prompts.txt").write_text("a fox\na cat\n")
    # Not forked from one that runs: the resolver is changed as Python starts.
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "glm_slackbot", "imagine", *BATCH[:-1], "2"),
        cwd=imagine.folder,
        env=imagine.env,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    await until((imagine.folder / "asked").exists)
    pressed = time.monotonic()
    process.send_signal(signal.SIGINT)
    stdout, stderr = await process.communicate()
    assert time.monotonic() - pressed < ENDS_WITHIN_S
    assert (process.returncode, stdout) == (130, b"")
    assert stderr == b"Run the same again to go on.\n"
    state = (imagine.folder / "out/prompts.txt.state.jsonl").read_text().splitlines()
    assert [json.loads(line)["event"] for line in state] == ["intent"] * 2 + ["not_made"] * 2


class Pressed:
    """An input at which somebody presses Ctrl-C."""

    def isatty(self) -> bool:
        return False

    def readline(self, _limit: int) -> str:
        raise KeyboardInterrupt


def test_ctrl_c_while_it_asks_for_the_key_is_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", Pressed())
    with pytest.raises(SystemExit) as ended:
        main(["imagine", "a fox", "--json", "--key-stdin", "--provider", "z.ai"])
    told = json.loads(capsys.readouterr().out)
    assert (ended.value.code, told["error"]["code"]) == (130, "TIMEOUT")


@pytest.mark.parametrize(
    ("where", "name"), [(imagine_arguments, "_check_names"), (Asked, "from_options")]
)
def test_ctrl_c_while_it_loads_ends_in_a_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], where: object, name: str
) -> None:
    def pressed(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(where, name, pressed)
    with pytest.raises(SystemExit) as ended:
        main(["imagine", "a fox"])
    assert (ended.value.code, capsys.readouterr().err) == (130, "glm-slackbot: stopped\n")


async def test_ctrl_c_ends_within_a_second_and_the_next_run_goes_on(
    imagine: Program, glm: GLMStandIn
) -> None:
    (imagine.folder / "prompts.txt").write_text("a fox\na cat\na cow\n")
    glm.weather.next(glm_weather.slow(0), glm_weather.slow(2))
    process = await imagine.start(*BATCH, "--output", "told.jsonl")
    await until(lambda: len(glm.purchases) == 2)
    pressed = time.monotonic()
    process.send_signal(signal.SIGINT)
    stdout, stderr = await process.communicate()
    assert (process.returncode, b"Traceback" in stderr) == (130, False)
    assert time.monotonic() - pressed < ENDS_WITHIN_S
    told = [json.loads(line) for line in stdout.splitlines()]
    assert [(one["prompt"], one["ok"]) for one in told] == [("a fox", True), ("a cat", False)]
    assert told[1]["error"]["code"] == "UNSURE"
    assert (imagine.folder / "told.jsonl").read_bytes() == stdout

    ended = await imagine.run(*BATCH, "--output", "told.jsonl")
    assert (ended.code, [one["ok"] for one in ended.objects]) == (0, [True, True, True])
    assert len(glm.purchases) == 3


async def test_ctrl_c_while_an_order_goes_out_waits_for_its_task(
    imagine: Program, glm: GLMStandIn
) -> None:
    (imagine.folder / "prompts.txt").write_text("a fox\n")
    glm.weather.submit_seconds = 0.15
    process = await imagine.start(*BATCH)
    await until(lambda: glm.requests)
    process.send_signal(signal.SIGINT)
    await process.communicate()
    ended = await imagine.run(*BATCH)
    assert (ended.code, len(glm.purchases)) == (0, 1)


async def test_who_reads_no_further_is_sold_nothing_more(imagine: Program, glm: GLMStandIn) -> None:
    (imagine.folder / "prompts.txt").write_text("".join(f"fox {n}\n" for n in range(8)))
    glm.weather.seconds = 0.2
    batch = "--from-file prompts.txt --json --save out"
    ended = await in_shell(imagine, f"{batch} | head -1")
    assert (ended.code, len(ended.objects)) == (1, 1)
    assert "not ordered, because what comes of it cannot be written" in ended.stderr
    assert "Run the same again to go on." in ended.stderr
    bought = len(glm.purchases)
    assert bought <= 4
    assert len(list((imagine.folder / "out").glob("*.png"))) == bought
    again = await imagine.run(*batch.split())
    assert (again.code, len(again.objects), len(glm.purchases)) == (0, 8, 8)


async def test_without_a_reader_from_the_start_nothing_is_bought(
    imagine: Program, glm: GLMStandIn
) -> None:
    ended = await in_shell(imagine, "'a fox' --json --output told.json | exec true")
    assert (ended.code, glm.purchases) == (1, [])
    assert "1 not ordered" in ended.stderr
    told = json.loads((imagine.folder / "told.json").read_text())
    assert told["error"]["code"] == "TIMEOUT"


async def test_an_order_that_waits_for_a_busy_provider_is_let_go(
    imagine: Program, glm: GLMStandIn
) -> None:
    prompts = imagine.folder / "prompts.txt"
    prompts.write_text("a fox\n")
    glm.weather.next(glm_weather.Plan(seconds=2.0))
    ordered = await imagine.start("--from-file", "prompts.txt", "--json")
    state = imagine.folder / STATE
    await until(lambda: state.exists() and '"event": "task"' in state.read_text())
    ordered.kill()
    await ordered.communicate()

    prompts.write_text("a fox\na cat\na cow\n")
    glm.weather.always(glm_weather.error("1305"))
    ended = await in_shell(imagine, "--from-file prompts.txt --json > /dev/full")
    assert (ended.code, len(glm.purchases)) == (1, 1)
    assert "2 not ordered" in ended.stderr
    assert "No space left" in ended.stderr


@pytest.mark.parametrize("arguments", ["a fox --json", "'a fox' --size 3"])
async def test_a_full_standard_error_changes_no_exit_code(imagine: Program, arguments: str) -> None:
    ended = await in_shell(imagine, f"{arguments} 2>/dev/full")
    assert ended.code == 2
