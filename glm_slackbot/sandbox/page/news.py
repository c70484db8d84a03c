"""What is new to one reader of the page: the whole state at first, then only what changed."""

from __future__ import annotations

import json
import time

from glm_slackbot.sandbox.slack_errors import Json


class News:
    """Remembers what its reader was told."""

    def __init__(self) -> None:
        self._told: dict[str, str] = {}

    def of(self, state: Json) -> str | None:
        """Every field that changed; of ``messages`` those that are new, by key, and their ``order``
        in each place wherever that changed. None: nothing is new.
        """
        fields, messages = _parts(state)
        new_fields, new_messages = self._unknown(fields), self._unknown(messages)
        self._told = fields | messages
        if not new_fields and not new_messages:
            return None
        members = [f'"now": {time.time():.3f}', *_members(new_fields)]
        return f'{{{", ".join(members)}, "messages": {{{", ".join(_members(new_messages))}}}}}'

    def _unknown(self, parts: dict[str, str]) -> dict[str, str]:
        return {name: part for name, part in parts.items() if self._told.get(name) != part}


def _parts(state: Json) -> tuple[dict[str, str], dict[str, str]]:
    """Fields by name and messages by key, as JSON."""
    messages = {_key_of(message): message for of in state["messages"].values() for message in of}
    order = {
        place: [_key_of(message) for message in shown] for place, shown in state["messages"].items()
    }
    return _written(state | {"order": order}, but="messages"), _written(messages)


def _written(parts: Json, *, but: str | None = None) -> dict[str, str]:
    return {
        name: json.dumps(part, ensure_ascii=False) for name, part in parts.items() if name != but
    }


def _members(parts: dict[str, str]) -> list[str]:
    return [f"{json.dumps(name)}: {part}" for name, part in parts.items()]


def _key_of(message: Json) -> str:
    """Private cards may share a ts with what everybody sees."""
    return f"{message['channel']}/{message['ts']}/{message['only_for'] or ''}"
