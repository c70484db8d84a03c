"""The admins that whoever runs the bot has named, beside Slack's own."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Self

_ENTRY: Final = re.compile(r"(?:([TE][A-Z0-9]{1,31}):)?([UW][A-Z0-9]{1,31})")


class BadAdmin(ValueError):
    """An entry that names no person; the message is the entry."""


@dataclass(frozen=True, slots=True)
class ListedAdmins:
    """People by Slack's ids, each of one workspace or, where none is named, of any."""

    entries: frozenset[tuple[str | None, str]] = frozenset()

    @classmethod
    def of(cls, words: str) -> Self:
        """From ``U…`` and ``T…:U…``, by commas. Raises BadAdmin."""
        named = [entry.strip() for entry in words.split(",")]
        return cls(frozenset(_entry(entry) for entry in named if entry))

    def names(self, workspace_id: str, user_id: str) -> bool:
        """Whether the person is an admin of the workspace."""
        return bool({(workspace_id, user_id), (None, user_id)} & self.entries)

    def of_workspace(self, workspace_id: str) -> tuple[str, ...]:
        """The user ids listed for a workspace, in order."""
        return tuple(
            sorted({user for place, user in self.entries if place in (None, workspace_id)})
        )

    @property
    def without_workspace(self) -> tuple[str, ...]:
        """Those who would be admins everywhere: right only where there is one workspace."""
        return tuple(sorted(user for place, user in self.entries if place is None))


def _entry(words: str) -> tuple[str | None, str]:
    match = _ENTRY.fullmatch(words)
    if match is None:
        raise BadAdmin(words)
    return match[1], match[2]
