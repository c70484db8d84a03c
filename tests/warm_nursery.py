"""A program that has imported everything, and forks a process for each order that it gets.

An order is a line of JSON on a Unix socket, and with it come the three standard streams. The
process id goes back at once, and the exit code at the end. It leaves when its own input ends.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import pkgutil
import select
import signal
import socket
import sys
from typing import Any

import glm_slackbot

ADDRESS = "GLM_SLACKBOT_TEST_NURSERY"
"""The variable that tells a new process, too, where it may order others."""
NEVER_IMPORTED = ("__main__", ".migrations.")
STREAMS = 3
PIECE = 1 << 16

Order = dict[str, Any]


class Nursery:
    """Whoever orders a process keeps the connection, for the exit code."""

    def __init__(self, listener: socket.socket) -> None:
        self._listener = listener
        self._orderers: dict[int, socket.socket] = {}
        self._woken, self._waker = socket.socketpair()
        self._waker.setblocking(False)

    def serve(self) -> tuple[Order, list[int]] | None:
        """In each new process: what it shall be, and its streams. None: there is no more to do."""
        signal.set_wakeup_fd(self._waker.fileno())
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # a person's Ctrl-C is for the tests
        while True:
            ready, _, _ = select.select([self._listener, self._woken, sys.stdin], [], [])
            if sys.stdin in ready:
                return None
            if self._woken in ready:
                self._woken.recv(PIECE)
                self._tell_ends()
            if self._listener in ready and (born := self._fork()) is not None:
                return born

    def _fork(self) -> tuple[Order, list[int]] | None:
        orderer, _ = self._listener.accept()
        said, streams, _, _ = socket.recv_fds(orderer, PIECE, STREAMS)
        while not said.endswith(b"\n"):
            said += orderer.recv(PIECE)
        pid = os.fork()
        if pid == 0:
            orderer.close()
            self._leave_behind()
            return json.loads(said), streams
        for stream in streams:
            os.close(stream)
        self._orderers[pid] = orderer
        _say(orderer, pid)
        return None

    def _tell_ends(self) -> None:
        while self._orderers:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if pid == 0:
                return
            with self._orderers.pop(pid) as orderer:
                _say(orderer, os.waitstatus_to_exitcode(status))

    def _leave_behind(self) -> None:
        """A new process has nothing of this, and signals mean to it what they mean to others."""
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        for line in (self._listener, self._woken, self._waker, *self._orderers.values()):
            line.close()


def _say(orderer: socket.socket, number: int) -> None:
    try:
        orderer.sendall(b"%d\n" % number)
    except OSError:
        return  # it does not wait for that any more


def import_everything() -> None:
    """Also what the product imports late. Then new processes share it all with this one."""
    importlib.import_module("alembic.command")
    for found in pkgutil.walk_packages(glm_slackbot.__path__, "glm_slackbot."):
        if not any(part in found.name for part in NEVER_IMPORTED):
            importlib.import_module(found.name)
    gc.collect()
    gc.freeze()  # else the first collection of each copies all of that


def main() -> None:
    """In this program and, when ``serve`` comes back with an order, in each new process."""
    listener = socket.socket(fileno=int(sys.argv[1]))
    os.environ[ADDRESS] = listener.getsockname()
    import_everything()
    lives = importlib.import_module("warm_lives")
    print("open", flush=True)
    born = Nursery(listener).serve()
    if born is not None:
        try:
            lives.live(*born)
        finally:
            lives.end(sys.exc_info()[1])


if __name__ == "__main__":
    main()
