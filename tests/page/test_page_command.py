"""``glm-slackbot sandbox --page``: as a program."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from warm import run_warm

import glm_slackbot

SOURCE = str(Path(glm_slackbot.__file__).parents[1])
ENVIRONMENT = {"PATH": os.environ["PATH"], "PYTHONPATH": SOURCE}


def refused(folder: Path, *arguments: str, **more: str) -> str:
    done = run_warm(["sandbox", *arguments], {**ENVIRONMENT, **more}, folder)
    assert done.returncode == 2, done
    assert "Traceback" not in done.stderr
    return done.stderr


def test_wrong_use_is_told_in_a_line(tmp_path: Path) -> None:
    assert "--page takes no LINE" in refused(tmp_path, "--page", "/imagine a fox")
    assert "--port and --no-browser go with --page" in refused(tmp_path, "--port", "1", "help")
    assert "--real needs an API key" in refused(tmp_path, "--page", "--real")


def test_a_port_in_use_is_told_in_a_line(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        told = refused(tmp_path, "--page", "--port", str(port))
    assert told.startswith(f"glm-slackbot: --port {port}: ")
    assert told.endswith("choose another, or 0 for any that is free\n")
    assert told.count("\n") == 1


@contextmanager
def page(folder: Path, *arguments: str, **more: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The program, and the first line that it printed."""
    command = [sys.executable, "-m", "glm_slackbot", "sandbox", "--page", "--port", "0"]
    with subprocess.Popen(
        [*command, *arguments],
        cwd=folder,
        env={**ENVIRONMENT, "TMPDIR": str(folder), **more},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as running:
        assert running.stdout
        try:
            yield running, running.stdout.readline()
        finally:
            running.kill()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_prints_its_address_and_ends_cleanly_and_at_once(
    number: signal.Signals, tmp_path: Path
) -> None:
    with page(tmp_path) as (running, line):
        found = re.fullmatch(r"The sandbox is at (http://127\.0\.0\.1:\d+/) \(Ctrl-C .+\)\n", line)
        assert found
        child = child_of(running)
        running.send_signal(number)
        # A bot by itself may take 25 s to finish what it is at; nobody waits for this one.
        assert running.wait(10) == 0
        assert running.stdout
        assert running.stdout.read() == ""
    assert not is_alive(child)
    assert list(tmp_path.glob("glm-slackbot-*")) == []


def test_a_browser_is_opened_where_there_is_one(tmp_path: Path) -> None:
    browser, seen = tmp_path / "browser", tmp_path / "seen"
    browser.write_text(f'#!/bin/sh\necho "$1" > {seen}.part && mv {seen}.part {seen}\nsleep 30\n')
    browser.chmod(0o755)
    screen = {"DISPLAY": ":0", "BROWSER": f"{browser} %s"}
    with page(tmp_path, **screen) as (running, line):
        until(seen.exists)
        assert seen.read_text().strip() in line
        running.send_signal(signal.SIGINT)
        assert running.wait(10) == 0, "it does not wait for the browser's end"
    seen.unlink()
    with page(tmp_path, "--no-browser", **screen), pytest.raises(AssertionError):
        until(seen.exists, 0.5)


def test_the_bot_dies_with_a_page_that_is_killed(tmp_path: Path) -> None:
    with page(tmp_path, "--no-browser") as (running, _):
        child = child_of(running)
        running.kill()
        running.wait(10)
        until(lambda: not is_alive(child))


def test_real_images_are_announced_with_their_price(tmp_path: Path) -> None:
    with page(tmp_path, "--real", ZAI_API_KEY="a.b") as (running, line):
        assert running.stdout
        assert line.startswith("Real images: api.z.ai gets your prompts and charges your account")
        assert "http://127.0.0.1:" in running.stdout.readline()


def child_of(running: subprocess.Popen[str]) -> int:
    children = Path(f"/proc/{running.pid}/task/{running.pid}/children")
    until(children.read_text)
    return int(children.read_text().split()[0])


def is_alive(pid: int) -> bool:
    try:
        return "Z" not in Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False


def until(condition: Callable[[], object], seconds: float = 10.0) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)
