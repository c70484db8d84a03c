"""The last resort: a process that is told to end is gone in time, whatever hangs.

Python waits for its threads, and one that asks a dead name server for an address cannot be told
to stop: that took 40 s. What counts is in the database by then, as it is at a SIGKILL.
"""

from __future__ import annotations

import os
import threading

import structlog

log = structlog.get_logger(__name__)


def leave_within(seconds: float) -> None:
    """See to it that this process has ended by then; the exit code is 0."""
    last_resort = threading.Timer(seconds, _leave)
    last_resort.daemon = True
    last_resort.start()


def _leave() -> None:
    hanging = [thread.name for thread in threading.enumerate() if not thread.daemon]
    log.warning("leaving what hangs behind", threads=hanging)
    os._exit(0)
