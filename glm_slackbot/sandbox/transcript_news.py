"""What has changed in the stand-in workspace since one last looked."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from glm_slackbot.sandbox.slack_message import Message
from glm_slackbot.sandbox.slack_state import SlackWorkspace


class Change(Enum):
    """How a message differs from what was seen of it before."""

    NEW = "new"
    CHANGED = "changed"
    GONE = "gone"


@dataclass(frozen=True)
class News:
    """One message, and what became of it."""

    change: Change
    message: Message


class Watch:
    """Remembers what was seen; ``look`` tells what is new, in the order it came."""

    def __init__(self, workspace: SlackWorkspace) -> None:
        self._workspace = workspace
        self._seen: dict[str, str] = {}

    def look(self) -> list[News]:
        """Everything since the last look; what came and went in between is told twice."""
        return sorted(self._changes(), key=lambda news: (news.change.value != "new", _ts(news)))

    def _changes(self) -> Iterator[News]:
        for channel in self._workspace.channels.values():
            for message in channel.history:
                now, before = _looks(message), self._seen.get(message.ts)
                self._seen[message.ts] = now
                if before is None:
                    yield News(Change.NEW, message)
                if now == _GONE and before != _GONE:
                    yield News(Change.GONE, message)
                elif before is not None and now != before:
                    yield News(Change.CHANGED, message)


_GONE = ""


def _looks(message: Message) -> str:
    if message.deleted or message.is_empty:
        return _GONE
    return json.dumps([message.text, message.blocks])


def _ts(news: News) -> tuple[int, int]:
    seconds, _, micros = news.message.ts.partition(".")
    return int(seconds), int(micros)
