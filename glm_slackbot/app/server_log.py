"""What aiohttp's server says of requests it cannot read: a line of ours, without what was in them.

Its own lines are tracebacks, and the message of an exception quotes headers and bodies.
"""

from __future__ import annotations

import logging
import traceback

import structlog

from glm_slackbot.app.front_door import UNREADABLE

log = structlog.get_logger(__name__)


def server_log() -> logging.Logger:
    """A logger for one server; it hands on nothing but our lines."""
    # Down to DEBUG, where aiohttp speaks of what is no HTTP at all.
    logger = logging.Logger("aiohttp.server", logging.DEBUG)
    logger.addHandler(_InALine())
    return logger


class _InALine(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        fault = record.exc_info[1] if record.exc_info else None
        if isinstance(fault, UNREADABLE):
            _tell_unreadable(record, fault)
        elif fault is not None:
            log.error("a request failed", kind=type(fault).__name__, where=_where(fault))


def _tell_unreadable(record: logging.LogRecord, fault: BaseException) -> None:
    if isinstance(record.args, tuple) and record.args:  # else it was answered before it broke
        peer = str(record.args[0])
        log.warning("refused: not readable", kind=type(fault).__name__, peer=peer)


def _where(fault: BaseException) -> str:
    innermost = traceback.extract_tb(fault.__traceback__)[-1:]
    return "".join(f"{frame.filename}:{frame.lineno}" for frame in innermost)
