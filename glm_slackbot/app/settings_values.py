"""Values of settings that have rules of their own."""

from __future__ import annotations

import re
from typing import Final

_COMMAND: Final = re.compile(r"/[^\s/]{1,31}")
COMMAND_RULE: Final = "a command is a slash and up to 31 characters without blanks, like /imagine"
_WORKSPACE: Final = re.compile(r"[TE][A-Z0-9]{1,30}")


def check_command(command: str) -> str:
    """The command as given. Raises ValueError with the rule."""
    if not (_COMMAND.fullmatch(command) and command.isprintable()):
        raise ValueError(COMMAND_RULE)
    return command


def check_workspaces(given: str) -> str:
    """Ids as given. Raises ValueError for what is none."""
    wrong = [id_ for id_ in parts_of(given) if not _WORKSPACE.fullmatch(id_)]
    if wrong:
        raise ValueError(f"{wrong[0]!r} is no id of a workspace (T…) or an organisation (E…)")
    return given


def parts_of(given: str) -> list[str]:
    """What stands between commas."""
    return [part.strip() for part in given.split(",") if part.strip()]
