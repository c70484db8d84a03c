"""What went over the wire between Slack, the bot and GLM, numbered, with secrets blotted out."""

from __future__ import annotations

import json
import time
from collections import deque
from collections.abc import Callable, Collection
from dataclasses import asdict, dataclass
from typing import Any

from glm_slackbot.observe import BLOT, redact
from glm_slackbot.sandbox.slack_errors import Json

SLACK, BOT, GLM = "Slack", "GLM-Image", "GLM"
MOST_KEPT = 2000
SHOWN_AT_FIRST = 200
_SECRET_NAMES = frozenset({"secret", "token", "authorization"})


@dataclass(frozen=True)
class Entry:
    """One request and its answer; ``at`` in seconds since 1970."""

    n: int
    at: float
    sender: str
    receiver: str
    what: str
    ok: bool
    detail: Json

    def as_json(self) -> str:
        """As the page reads it."""
        shown = asdict(self)
        shown["from"], shown["to"] = shown.pop("sender"), shown.pop("receiver")
        return json.dumps(shown, ensure_ascii=False)


class Traffic:
    """The newest entries; ``ring`` is called at each."""

    def __init__(self, ring: Callable[[], None], secrets: Collection[str] = ()) -> None:
        self._ring = ring
        self._secrets = tuple(secrets)
        self._kept: deque[Entry] = deque(maxlen=MOST_KEPT)
        self._count = 0
        self._logs: tuple[list[Any], ...] = ()

    def shorten(self, *logs: list[Any]) -> None:
        """Lists that grow with the traffic, of which only the newest are kept, too."""
        self._logs = logs

    def note(self, sender: str, receiver: str, what: str, *, ok: bool, detail: Json) -> None:
        """Add one."""
        self._count += 1
        shown = masked(detail, self._secrets)
        what = redact(what, self._secrets)
        self._kept.append(Entry(self._count, time.time(), sender, receiver, what, ok, shown))
        for log in self._logs:
            del log[:-MOST_KEPT]
        self._ring()

    def newest(self) -> int:
        """The number of the last one; 0: there is none."""
        return self._count

    def start_for(self, last_seen: int | None) -> int:
        """The number after which a reader goes on, who has seen so much or nothing yet."""
        if last_seen is None or last_seen > self._count:  # of an earlier page
            return max(0, self._count - SHOWN_AT_FIRST)
        return last_seen

    def after(self, number: int) -> list[Entry]:
        """All kept ones with a higher number, in order."""
        return [entry for entry in self._kept if entry.n > number]


def masked(value: Any, secrets: Collection[str], *, is_secret: bool = False) -> Any:
    """The same without secrets: by the names of fields, and by how secrets look."""
    if isinstance(value, dict):
        return {
            name: masked(inner, secrets, is_secret=is_secret or name.lower() in _SECRET_NAMES)
            for name, inner in value.items()
        }
    if isinstance(value, list):
        return [masked(inner, secrets, is_secret=is_secret) for inner in value]
    if not isinstance(value, str):
        return value
    return BLOT if is_secret and value else redact(value, secrets)
