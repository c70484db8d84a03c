"""What Slack answers instead of doing the work: `{"ok": false, "error": …}`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

Json = dict[str, Any]


class SlackError(Exception):
    """An error code of Slack's, with whatever else its answer carries."""

    def __init__(self, error: str, **more: Any) -> None:
        super().__init__(error)
        self.error = error
        self.more = more

    def answer(self) -> Json:
        """The body Slack sends."""
        return {"ok": False, "error": self.error, **self.more}


class UsageError(Exception):
    """A test or script asks a stand-in person for what no person could do."""


def refused(error: str, problems: Sequence[str]) -> SlackError:
    """An error with the lines Slack puts under `response_metadata`."""
    messages = [f"[ERROR] {problem}" for problem in problems]
    return SlackError(error, response_metadata={"messages": messages})


def missing_scope(needed: str, provided: frozenset[str]) -> SlackError:
    """The token lacks a scope; Slack names it, and those it has."""
    return SlackError("missing_scope", needed=needed, provided=",".join(sorted(provided)))
