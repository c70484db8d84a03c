"""Arguments of ``imagine`` that click does not check by itself, and their mistakes as JSON."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

DAY_S = 86_400
_BEGINS_WITH_A_DASH = 'A prompt that begins with a dash goes behind --: imagine -- "-a fox".'


class SaysItInJson(click.Command):
    """Wrong use is an object on stdout as well, where ``--json`` is among the arguments."""

    def make_context(
        self,
        info_name: str | None,
        args: list[str],
        parent: click.Context | None = None,
        **extra: Any,
    ) -> click.Context:
        """As click does it, which raises UsageError."""
        as_json = "--json" in args
        try:
            context = super().make_context(info_name, args, parent, **extra)
            _check_output(context.params)
        except click.UsageError as error:
            words = error.format_message()
            if isinstance(error, click.NoSuchOption) and not error.option_name.startswith("--"):
                words = f"{words} {_BEGINS_WITH_A_DASH}"
            if as_json:
                _print(_object(words))
            raise click.UsageError(words, error.ctx) from error
        return context


def _check_output(given: Mapping[str, Any]) -> None:
    """Raises UsageError where the file would take the place of something else."""
    output: Path | None = given["output"]
    if output is None:
        return
    if not output.name:
        raise click.UsageError("--output needs a name of a file, such as made.jsonl.")
    if output.exists() and not output.is_file():
        raise click.UsageError(f"--output {output} is not a regular file; choose another name.")
    for option, other in (("--from-file", given["from_file"]), ("--save", given["save"])):
        if other is not None and os.path.realpath(other) == os.path.realpath(output):
            raise click.UsageError(
                f"--output would be written over what {option} names; choose another name."
            )


def _print(line: str) -> None:
    from glm_slackbot.cli.imagine_output import leave_stdout

    try:
        click.echo(line)
    except OSError:
        leave_stdout()  # the exit code and standard error still tell


def _object(words: str) -> str:
    from glm_slackbot.engine.not_made import INVALID_ARGUMENT, NotMade, Reason
    from glm_slackbot.engine.outcome import not_made

    return not_made(NotMade(Reason.WRONG_USE, INVALID_ARGUMENT, words)).json


def seconds(_ctx: click.Context, _param: click.Parameter, value: float) -> float:
    """Raises BadParameter; not a number is none either."""
    if not 0 < value <= DAY_S:
        raise click.BadParameter(f"{value:g} is not in the range 0 to {DAY_S} seconds.")
    return value


def user_id(_ctx: click.Context, _param: click.Parameter, value: str | None) -> str | None:
    """Raises BadParameter where the provider would refuse it."""
    from glm_slackbot.engine.wish import USER_ID_LENGTHS

    if value is not None and len(value) not in USER_ID_LENGTHS:
        raise click.BadParameter(
            f"it has {len(value)} characters; the provider takes 6 to 128, such as user-1f3a9c."
        )
    return value
