"""Standard output for rows: UTF-8 whatever the locale, and its faults told apart from others."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click


class CannotWrite(Exception):
    """The disk is full, or nobody reads any more."""


class Output:
    """What a CSV writer writes to. Raises CannotWrite."""

    def write(self, words: str) -> None:
        """Write, by way of the buffer."""
        try:
            sys.stdout.write(words)
        except OSError as fault:
            raise CannotWrite from fault

    def flush(self) -> None:
        """Nothing stays in the buffer."""
        try:
            sys.stdout.flush()
        except OSError as fault:
            raise CannotWrite from fault


@contextmanager
def output() -> Iterator[Output]:
    """Standard output; whoever reads no further (``head``) ends the program without a word."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace", newline="")
    opened = Output()
    try:
        yield opened
        opened.flush()
    except CannotWrite as fault:
        # Python writes the buffer once more at its end, and would complain aloud.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if not isinstance(fault.__cause__, BrokenPipeError):
            click.echo(f"glm-slackbot: the output is not whole: {fault.__cause__}", err=True)
        sys.exit(1)
