"""Standard error that may be closed or full: what is told there is lost, and no more than that."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any, TextIO, cast


def survive_without_standard_error() -> None:
    """From now on nothing that is told there ends the program, or changes its exit code."""
    if sys.stderr is None:  # closed by 2>&-
        sys.stderr = Path(os.devnull).open("w")  # noqa: SIM115  # for its life
    elif not isinstance(sys.stderr, _Lossy):
        sys.stderr = cast(TextIO, _Lossy(sys.stderr))


class _Lossy:
    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, words: str) -> int:
        try:
            return self._stream.write(words)
        except OSError:
            self._leave()
            return len(words)

    def flush(self) -> None:
        try:
            self._stream.flush()
        except OSError:
            self._leave()

    def _leave(self) -> None:
        """What is in the buffer goes where it harms nobody."""
        os.dup2(os.open(os.devnull, os.O_WRONLY), self._stream.fileno())

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)
