"""Arguments of ``imagine`` that click does not check by itself, and their mistakes as JSON."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from itertools import takewhile
from pathlib import Path
from typing import Any, NoReturn

import click

from glm_slackbot.cli.standard_error import survive_without_standard_error

DAY_S = 86_400
_BEGINS_WITH_A_DASH = 'A prompt that begins with a dash goes behind --: imagine -- "-a fox".'


STOPPED = 130


class SaysItInJson(click.Command):
    """Wrong use is an object as well, where ``--json`` and ``--output`` say."""

    def make_context(
        self,
        info_name: str | None,
        args: list[str],
        parent: click.Context | None = None,
        **extra: Any,
    ) -> click.Context:
        """As click does it, which raises UsageError."""
        survive_without_standard_error()
        given = list(args)
        try:
            context = super().make_context(info_name, args, parent, **extra)
            _check_names(context.params)
        except click.UsageError as error:
            words = error.format_message()
            if isinstance(error, click.NoSuchOption) and not error.option_name.startswith("--"):
                words = f"{words} {_BEGINS_WITH_A_DASH}"
            _tell(words, given)
            raise click.UsageError(words, error.ctx) from error
        except KeyboardInterrupt:
            _end_stopped()
        return context

    def invoke(self, ctx: click.Context) -> Any:
        """Ctrl-C while the program is still loading, or a second one, ends it in a line."""
        try:
            return super().invoke(ctx)
        except (KeyboardInterrupt, click.Abort):
            _end_stopped()


def _end_stopped() -> NoReturn:
    click.echo("glm-slackbot: stopped", err=True)
    sys.exit(STOPPED)


def _check_names(given: Mapping[str, Any]) -> None:
    """Raises UsageError where one names nothing, or the output the place of something else."""
    if given["save"] == "":
        raise click.UsageError("--save needs a name; the current folder is --save .")
    if str(given["from_file"]) == "-":
        raise click.UsageError("--from-file takes no -; standard input is --from-file /dev/stdin.")
    output: Path | None = given["output"]
    if output is None:
        return
    if str(output) == "-":
        raise click.UsageError("--output takes no -; on standard output the objects are by --json.")
    if not output.name:
        raise click.UsageError("--output needs a name of a file, such as made.jsonl.")
    if output.exists() and not output.is_file():
        raise click.UsageError(f"--output {output} is not a regular file; choose another name.")
    for option, other in (("--from-file", given["from_file"]), ("--save", given["save"])):
        if other is not None and os.path.realpath(other) == os.path.realpath(output):
            raise click.UsageError(
                f"--output would be written over what {option} names; choose another name."
            )


def _tell(words: str, args: list[str]) -> None:
    """By what the arguments say, as far as they can be read."""
    from glm_slackbot.cli.imagine_output import JsonLines
    from glm_slackbot.engine.not_made import INVALID_ARGUMENT, NotMade, Reason
    from glm_slackbot.engine.outcome import not_made

    flags = list(takewhile(lambda arg: arg != "--", args))
    is_json = any(arg.partition("=")[0] == "--json" for arg in flags)
    lines = JsonLines(on_stdout=is_json, output=_output_among(flags))
    outcome = not_made(NotMade(Reason.WRONG_USE, INVALID_ARGUMENT, words))
    # A line that cannot be written changes nothing: exit code and standard error tell as well.
    lines.tell_mistake(outcome, keep=_value_among(flags, "--from-file") is not None)


def _output_among(flags: list[str]) -> Path | None:
    """None where nothing is to be written, or it would be in the place of something else."""
    output = _value_among(flags, "--output")
    if output is None:
        return None
    others = {
        "from_file": _value_among(flags, "--from-file"),
        "save": _value_among(flags, "--save"),
    }
    try:
        _check_names({"output": Path(output), **others})
    except click.UsageError:
        return None
    return Path(output)


def _value_among(flags: list[str], option: str) -> str | None:
    for flag, following in zip(flags, [*flags[1:], None], strict=True):
        name, equals, value = flag.partition("=")
        if name == option:
            return value if equals else following
    return None


def seconds(_ctx: click.Context, _param: click.Parameter, value: float) -> float:
    """Raises BadParameter; not a number is none either."""
    if not 0 < value <= DAY_S:
        raise click.BadParameter(f"{value:g} is not in the range 0 to {DAY_S} seconds.")
    return value


def user_id(_ctx: click.Context, _param: click.Parameter, value: str | None) -> str | None:
    """Raises BadParameter where the provider would refuse it."""
    from glm_slackbot.engine.wish import USER_ID_LENGTHS

    if value is not None and not value.isprintable():
        raise click.BadParameter("it has line breaks or other signs that cannot be printed.")
    if value is not None and len(value) not in USER_ID_LENGTHS:
        raise click.BadParameter(
            f"it has {len(value)} characters; the provider takes 6 to 128, such as user-1f3a9c."
        )
    return value
