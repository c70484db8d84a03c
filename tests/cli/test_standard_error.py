"""Standard error that is full or closed."""

from __future__ import annotations

import sys
from pathlib import Path

import click
import pytest

from glm_slackbot.cli.standard_error import survive_without_standard_error


def test_what_cannot_be_told_is_lost_and_no_more_than_that(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with Path("/dev/full").open("w") as full:
        monkeypatch.setattr(sys, "stderr", full)
        survive_without_standard_error()
        survive_without_standard_error()
        for words in ("short", "long " * 10_000):
            sys.stderr.write(words)
            sys.stderr.flush()
            click.echo(words, err=True)


def test_one_that_is_closed_leads_nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", None)
    survive_without_standard_error()
    with sys.stderr:
        assert sys.stderr.write("lost") == 4
