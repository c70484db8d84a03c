"""What the page's Slack forgets: the oldest, for a page may be open for days."""

from __future__ import annotations

from typing import TypeVar

from glm_slackbot.sandbox.slack_file import FileStage
from glm_slackbot.sandbox.slack_state import SlackWorkspace

T = TypeVar("T")
MOST_MESSAGES = 200
"""In each place."""
MOST_VIEWS = 50
NEWEST_FILES = 20
"""They may be on their way into a message."""


def forget_oldest(workspace: SlackWorkspace) -> None:
    """Messages beyond the newest of each place, their images, and windows closed long ago."""
    for place in workspace.channels.values():
        place.history[:] = [m for m in place.history if not m.deleted][-MOST_MESSAGES:]
    _forget_files(workspace)
    closed = [view for view in workspace.views.values() if not view.is_open]
    for view in _all_but(MOST_VIEWS, closed):
        del workspace.views[view.id]


def _forget_files(workspace: SlackWorkspace) -> None:
    shown = {
        file.id
        for place in workspace.channels.values()
        for message in place.history
        for file in message.files
    }
    for file in _all_but(NEWEST_FILES, list(workspace.files.values())):
        if file.id not in shown:
            del workspace.files[file.id]
    for file in workspace.files.values():
        if file.stage is FileStage.DELETED:
            file.content = None


def _all_but(newest: int, values: list[T]) -> list[T]:
    return values[: max(0, len(values) - newest)]
