"""``glm-slackbot`` in processes of their own that start at once: forked from one that has imported
everything. To start Python and import it anew is a second of work, some hundred times over.
"""

from __future__ import annotations

import atexit
import functools
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from subprocess import CompletedProcess, TimeoutExpired

from coverage import Coverage
from warm_nursery import ADDRESS

import glm_slackbot

SECONDS = 60.0
PACKAGE_FOLDER = str(Path(glm_slackbot.__file__).resolve().parents[1])
_ONE_NURSERY = threading.Lock()
NURSERY = Path(__file__).with_name("warm_nursery.py")


class Forked:
    """A process: no child of ours, but signals reach it like any other."""

    def __init__(self, line: socket.socket) -> None:
        self.line = line
        self.pid = int(self._number())

    def send_signal(self, number: int) -> None:
        """Raises ProcessLookupError where it has ended."""
        os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def wait(self, seconds: float = SECONDS) -> int:
        """Its exit code; a signal's number below zero. Raises TimeoutError."""
        self.line.settimeout(seconds)
        with self.line:
            return int(self._number())

    def _number(self) -> bytes:
        """Byte by byte: there are two numbers, and each has a line."""
        said = b""
        while not said.endswith(b"\n"):
            said += self.line.recv(1) or _gone()
        return said


def run_warm(
    arguments: Sequence[str], env: Mapping[str, str], folder: Path, typed: str = ""
) -> CompletedProcess[str]:
    """Run the program to its end, in this folder and with these variables and no others."""
    with (
        tempfile.TemporaryFile("w+", encoding="utf-8") as stdin,
        tempfile.TemporaryFile("w+", encoding="utf-8") as stdout,
        tempfile.TemporaryFile("w+", encoding="utf-8") as stderr,
    ):
        stdin.write(typed)
        stdin.seek(0)
        streams = [stream.fileno() for stream in (stdin, stdout, stderr)]
        process = fork("program", arguments, env, folder, streams)
        try:
            code = process.wait()
        except TimeoutError:
            process.kill()
            raise TimeoutExpired(list(arguments), SECONDS) from None
        told = [stream.seek(0) or stream.read() for stream in (stdout, stderr)]
    return CompletedProcess(list(arguments), code, *map(str, told))


def fork(
    life: str,
    arguments: Sequence[str],
    env: Mapping[str, str],
    folder: Path,
    streams: Sequence[int],
) -> Forked:
    """A new process, which has these three streams."""
    order = {
        "life": life,
        "arguments": list(arguments),
        "env": dict(env),
        "folder": str(folder),
        "measured_into": _measured_into(),
    }
    line = socket.socket(socket.AF_UNIX)
    line.connect(nursery())
    socket.send_fds(line, [json.dumps(order).encode() + b"\n"], list(streams))
    return Forked(line)


def _measured_into() -> str | None:
    """Where a run keeps what was executed; None where nobody measures."""
    measuring = Coverage.current()
    return None if measuring is None else measuring.get_data().base_filename()


def nursery() -> str:
    """Where processes are ordered, as soon as it is open."""
    with _ONE_NURSERY:
        return _nursery()


@functools.cache
def _nursery() -> str:
    """A process that was ordered itself orders at the same place."""
    if ADDRESS in os.environ:
        return os.environ[ADDRESS]
    folder = tempfile.mkdtemp(prefix="glm-nursery-")
    address = str(Path(folder, "orders"))
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(address)
        listener.listen()
        program = subprocess.Popen(
            [sys.executable, "-B", str(NURSERY), str(listener.fileno())],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            pass_fds=[listener.fileno()],
            env={**os.environ, "PYTHONPATH": PACKAGE_FOLDER},
        )
    atexit.register(_close, program, folder)
    assert program.stdout
    program.stdout.readline()
    return address


def _close(program: subprocess.Popen[bytes], folder: str) -> None:
    program.communicate()
    shutil.rmtree(folder, ignore_errors=True)


def _gone() -> bytes:
    raise ConnectionError("the nursery has ended")
