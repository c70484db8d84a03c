"""Ports for bots in processes of their own."""

from __future__ import annotations

import os
import socket
from itertools import cycle

PORTS_EACH = 100
FIRST, LAST = 10_000, 30_000
"""Below the ports that a system chooses from by itself: nobody is given one of these unasked."""

_start = FIRST + os.getpid() * PORTS_EACH % (LAST - FIRST)
_own = cycle(range(_start, _start + PORTS_EACH))


def free_port() -> int:
    """A port that nobody listens at, and that no other test is given before a bot does.

    One that the system chose, and that was let go again, it gives to the next who asks: two bots
    had the same, and one of them got both towns' commands.
    """
    return next(filter(_is_free, _own))


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
