"""One Web API call on its way to its method: the arguments, read the way Slack reads them."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from glm_slackbot.sandbox.slack_errors import Json, refused
from glm_slackbot.sandbox.slack_file import FileStage

if TYPE_CHECKING:
    from glm_slackbot.sandbox.slack_core import SlackCore


@dataclass(frozen=True)
class Call:
    """`args` come from the address, a form or a JSON body alike: strings or JSON values."""

    stand_in: SlackCore
    method: str
    args: Json

    def text(self, name: str) -> str:
        """An argument as a string; empty where it is absent."""
        value = self.args.get(name)
        return "" if value is None else str(value)

    def flag(self, name: str) -> bool:
        """True for `true`, `True`, `1` and JSON's true."""
        return self.text(name).lower() in {"true", "1"}

    def number(self, name: str) -> int | None:
        """A whole number, or None where it is absent."""
        value = self.text(name)
        if not value:
            return None
        if not value.isascii() or not value.isdigit():
            raise refused("invalid_arguments", [f"must be an integer: {name}"])
        return int(value)

    def parsed(self, name: str) -> Any:
        """A JSON argument: a form carries it as a string, a JSON body as it is."""
        value = self.args.get(name)
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value)
        except ValueError:
            raise refused("invalid_arguments", [f"not valid JSON: {name}"]) from None

    def shows_file(self, named: Json) -> bool:
        """Whether a block may show this file: processed, and of a type blocks can show."""
        for file in self.stand_in.workspace.files.values():
            if named.get("id") == file.id or file.id in str(named.get("url", "")):
                shown = file.name.lower().endswith((".png", ".jpg", ".jpeg", ".gif"))
                return file.stage is FileStage.READY and shown
        return False


Method = Callable[[Call], Awaitable[Json]]
