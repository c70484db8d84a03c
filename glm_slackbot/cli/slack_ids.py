"""Slack's ids as they are given on the command line.

A name, a mention or a channel is refused: nothing would be found, as if all were done.
"""

from __future__ import annotations

import re

import click

_LONGEST = 32


def person_id(_context: click.Context, _option: click.Parameter, given: str | None) -> str | None:
    """A person's. Raises BadParameter."""
    return _checked(given, "UW", "in Slack: the person's profile, More, Copy member ID (U…)")


def workspace_id(
    _context: click.Context, _option: click.Parameter, given: str | None
) -> str | None:
    """A workspace's or an organisation's. Raises BadParameter."""
    return _checked(given, "TE", "in a browser Slack's address has it: app.slack.com/client/T…")


def _checked(given: str | None, letters: str, where: str) -> str | None:
    if given is None or re.fullmatch(f"[{letters}][A-Z0-9]{{1,{_LONGEST - 1}}}", given):
        return given
    raise click.BadParameter(f"{given!r} is no such id; {where}")
