"""A card: Block Kit, and the plain words that notifications and screen readers use."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

Block = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Card:
    """One message as Slack takes it: ``text`` is mrkdwn, already escaped; ``blocks`` its looks."""

    text: str
    blocks: tuple[Block, ...]

    def as_arguments(self) -> dict[str, Any]:
        """The arguments of any posting method or response URL."""
        return {"text": self.text, "blocks": list(self.blocks), "unfurl_links": False}
