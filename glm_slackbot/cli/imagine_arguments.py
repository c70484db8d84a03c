"""Arguments of ``imagine`` that click does not check by itself, and their mistakes as JSON."""

from __future__ import annotations

from typing import Any

import click

DAY_S = 86_400


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
            return super().make_context(info_name, args, parent, **extra)
        except click.UsageError as error:
            if as_json:
                click.echo(_object(error.format_message()))
            raise


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
