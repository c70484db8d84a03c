"""Outcomes as JSON: a line each on standard output, and a file that is whole or not there."""

from __future__ import annotations

import io
import os
import select
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from glm_slackbot.engine.not_made import INVALID_ARGUMENT, NotMade, Reason
from glm_slackbot.engine.outcome import ImageOutcome
from glm_slackbot.engine.run import Item
from glm_slackbot.engine.saving import set_usual_mode


class JsonLines:
    """Where ``--json`` and ``--output`` lead. ``fault``: why not all could be written."""

    def __init__(self, *, on_stdout: bool, output: Path | None) -> None:
        self._on_stdout = on_stdout
        # Where a link leads, so that it stays one.
        self._output = None if output is None else Path(os.path.realpath(output))
        self._told = 0
        self.fault: OSError | None = None
        if on_stdout and isinstance(sys.stdout, io.TextIOWrapper):
            # What no UTF-8 can say becomes \udc80, which JSON reads.
            sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace")

    def check(self) -> None:
        """Raises NotMade where nothing could be written: known before anything is bought."""
        if self._on_stdout and sys.stdout is None:
            words = "--json has nowhere to write: standard output is closed"
            raise NotMade(Reason.WRONG_USE, INVALID_ARGUMENT, words)
        if self._output is None:
            return
        try:
            _new_file_beside(self._output).unlink()
        except OSError as fault:
            words = f"--output {self._output} cannot be written: {fault.strerror}"
            self._output = None
            raise NotMade(Reason.WRONG_USE, INVALID_ARGUMENT, words) from fault

    def tell_first(self, items: Sequence[Item]) -> None:
        """Those that have ended, as far as all before them have: in the order of the items."""
        while self._told < len(items) and (outcome := items[self._told].outcome) is not None:
            self._print(outcome)
            self._told += 1

    def tell_rest(self, items: Sequence[Item]) -> None:
        """All that have ended and were not told, then the file."""
        for item in items[self._told :]:
            if item.outcome is not None:
                self._print(item.outcome)
        self._told = len(items)
        self.write([item.outcome for item in items if item.outcome is not None])

    def tell_mistake(self, outcome: ImageOutcome, *, keep: bool) -> None:
        """Nothing was begun; ``keep``: what an earlier run wrote into the file stays."""
        self._print(outcome)
        if not (keep and self._output is not None and self._output.exists()):
            self.write([outcome])

    def write(self, outcomes: Sequence[ImageOutcome]) -> None:
        """The file, if there is to be one."""
        if self._output is None:
            return
        try:
            written = _new_file_beside(self._output)
            lines = "".join(f"{outcome.json}\n" for outcome in outcomes)
            written.write_text(lines, "utf-8", errors="backslashreplace")
            set_usual_mode(written)
            written.replace(self._output)
        except OSError as fault:
            self.fault = fault

    def _print(self, outcome: ImageOutcome) -> None:
        if not self._on_stdout or self.fault is not None:
            return
        try:
            print(outcome.json, flush=True)
        except OSError as fault:
            self.fault = fault
            leave_stdout()


def stdout_is_read() -> bool:
    """False where it is a pipe, and its reader has closed it."""
    if not isinstance(sys.stdout, io.TextIOWrapper):  # closed, or another program's own
        return True
    looking = select.poll()
    looking.register(sys.stdout.fileno(), 0)
    return not any(seen & (select.POLLERR | select.POLLHUP) for _, seen in looking.poll(0))


def leave_stdout() -> None:
    """Python writes the buffer once more at its end, and would complain aloud."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _new_file_beside(path: Path) -> Path:
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
    os.close(descriptor)
    return Path(name)
