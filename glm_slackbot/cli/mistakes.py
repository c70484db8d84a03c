"""Mistakes of an operator, each in one line that says what to change; never a traceback."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click

WRONG_USE = 2
CANNOT_START = 1


@contextmanager
def told_in_a_line() -> Iterator[None]:
    """Print what keeps the program from starting, and exit."""
    from glm_slackbot.app.database_faults import database_faults, reason_of
    from glm_slackbot.app.settings_error import SettingsError
    from glm_slackbot.app.start_faults import StartFault
    from glm_slackbot.storage.serving_lock import AlreadyServing

    try:
        yield
    except SettingsError as error:
        _exit(WRONG_USE, *error.lines)
    except StartFault as error:
        _exit(WRONG_USE if error.is_mistake else CANNOT_START, str(error))
    except AlreadyServing as error:
        _exit(CANNOT_START, str(error))
    except ModuleNotFoundError as error:
        if error.name != "asyncpg":
            raise
        words = 'PostgreSQL needs its driver: pip install "glm-slackbot[postgres]"'
        _exit(CANNOT_START, f"DATABASE_URL: {words}")
    except database_faults() as error:
        _exit(CANNOT_START, f"cannot start: {reason_of(error)}")


def _exit(code: int, *lines: str) -> None:
    for line in lines:
        click.echo(f"glm-slackbot: {line}", err=True)
    sys.exit(code)
