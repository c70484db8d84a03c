"""What only the start itself brings to light, told with the variable that it concerns."""

from __future__ import annotations

import errno
import socket
from collections.abc import Iterator
from contextlib import contextmanager

from glm_slackbot.app.database_faults import (
    faults_of_databases_alone,
    is_mistake_of_the_address,
    reason_of,
)
from glm_slackbot.app.settings import Settings
from glm_slackbot.storage.address import SqliteAddress
from glm_slackbot.storage.migrations import BACK_TO_THE_NEWER, DatabaseUnreachable, NewerSchema


class StartFault(Exception):
    """One line for the operator; ``is_mistake``: a setting must change before another try."""

    def __init__(self, line: str, *, is_mistake: bool) -> None:
        super().__init__(line)
        self.is_mistake = is_mistake


@contextmanager
def named_by_variable(settings: Settings) -> Iterator[None]:
    """Raise StartFault for what can be traced to a variable; the rest passes."""
    database_faults: tuple[type[Exception], ...]
    database_faults = (DatabaseUnreachable, *faults_of_databases_alone())
    try:
        yield
    except NewerSchema as fault:
        line = _on_database(settings, f"{fault}; {BACK_TO_THE_NEWER}")
        raise StartFault(line, is_mistake=False) from fault
    except database_faults as fault:
        line = _on_database(settings, reason_of(fault, [settings.database_url.get_secret_value()]))
        raise StartFault(line, is_mistake=is_mistake_of_the_address(fault)) from fault
    except OSError as fault:
        told = _line_of(fault, settings)
        if told is None:
            raise
        raise StartFault(told, is_mistake=True) from fault


def _on_database(settings: Settings, words: str) -> str:
    return f"DATABASE_URL: {settings.database_address}: {words}"


def _line_of(fault: OSError, settings: Settings) -> str | None:
    reason = fault.strerror or str(fault)
    if fault.filename is not None:
        named = str(fault.filename)
        return f"DATABASE_URL: {named}: {reason}" if _is_ours(named, settings) else None
    if fault.errno == errno.EADDRINUSE:
        return f"PORT: {reason}; stop what uses it, or set another"
    if fault.errno == errno.EACCES:
        return f"PORT: {reason}; set one from 1024 on"
    is_no_address = fault.errno in (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT)
    # Python 3.12 gives no errno where none of the host's addresses is this machine's.
    if isinstance(fault, socket.gaierror) or is_no_address or "could not bind" in reason:
        return f"GLM_SLACKBOT_HOST is {settings.host!r}: {reason}"
    return None


def _is_ours(file: str, settings: Settings) -> bool:
    """Whether it is one that is made beside a SQLite database."""
    address = settings.database_address
    if not isinstance(address, SqliteAddress):
        return False
    return file in (str(address.lock_path), str(address.spool_path))
