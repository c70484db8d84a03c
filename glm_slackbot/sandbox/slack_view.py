"""Modals and Home tabs, and the triggers that open modals."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field

from glm_slackbot.sandbox.slack_errors import Json, SlackError

TRIGGER_SECONDS = 3.0


@dataclass(eq=False)
class View:
    """A view as it is shown to `user`; `is_open` is False once a modal is closed."""

    id: str
    user: str
    content: Json
    is_open: bool = True
    values: Json = field(default_factory=dict)

    @property
    def type(self) -> str:
        return str(self.content["type"])

    @property
    def blocks(self) -> list[Json]:
        blocks: list[Json] = self.content["blocks"]
        return blocks

    @property
    def hash(self) -> str:
        """Changes with the content; `views.update` may name it to refuse a race."""
        written = json.dumps(self.content, sort_keys=True).encode()
        return hashlib.sha256(written).hexdigest()[:16]

    def payload(self, team_id: str, app_id: str, bot_id: str) -> Json:
        """The view as payloads and answers carry it."""
        defaults: Json = {"private_metadata": "", "callback_id": "", "external_id": ""}
        return (
            defaults
            | self.content
            | {
                "id": self.id,
                "team_id": team_id,
                "app_id": app_id,
                "app_installed_team_id": team_id,
                "bot_id": bot_id,
                "hash": self.hash,
                "root_view_id": self.id,
                "previous_view_id": None,
                "state": {"values": self.values},
            }
        )


@dataclass
class _Trigger:
    user: str
    expires: float
    used: bool = False


class Triggers:
    """trigger_ids: good once, for three seconds."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._known: dict[str, _Trigger] = {}

    def issue(self, user: str) -> str:
        trigger_id = (
            f"{secrets.randbelow(10**12)}.{secrets.randbelow(10**12)}.{secrets.token_hex(8)}"
        )
        self._known[trigger_id] = _Trigger(user, self._clock() + TRIGGER_SECONDS)
        return trigger_id

    def exchange(self, trigger_id: str) -> str:
        """The user who caused it."""
        trigger = self._known.get(trigger_id)
        if trigger is None:
            raise SlackError("invalid_trigger_id")
        if trigger.used:
            raise SlackError("exchanged_trigger_id")
        if self._clock() > trigger.expires:
            raise SlackError("expired_trigger_id")
        trigger.used = True
        return trigger.user
