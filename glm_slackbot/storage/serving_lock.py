"""One serving process a SQLite file: a lock of the operating system's on a file beside it.

Never on the database itself: closing any connection to it would drop the lock (POSIX).
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import time
from collections.abc import Iterator
from pathlib import Path


class AlreadyServing(Exception):
    """Another process serves this database."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"another glm-slackbot already serves the database beside {path}")


@contextlib.contextmanager
def serving_lock(path: Path) -> Iterator[None]:
    """Hold the lock for the length of the block; a killed process loses it at once."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        if not (_taken(descriptor) or _taken_a_moment_later(descriptor)):
            raise AlreadyServing(path)
        yield
    finally:
        os.close(descriptor)


def _taken(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _taken_a_moment_later(descriptor: int) -> bool:
    """``doctor`` tries the lock for an instant, to see whether anybody serves."""
    time.sleep(0.05)
    return _taken(descriptor)
