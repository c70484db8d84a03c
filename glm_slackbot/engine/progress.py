"""What one order goes through, told as it happens: to a display, to a state file, to nobody."""

from __future__ import annotations

from typing import Protocol

from glm_slackbot.domain.retry import Trouble
from glm_slackbot.glm.answers import GeneratedImage


class Progress(Protocol):
    """Each step of one order. What must survive a crash is written before the call returns."""

    def ordering(self) -> None:
        """A paid call is sent when this returns: from here on the image may be bought."""

    def turned_away(self, trouble: Trouble, pause: float) -> None:
        """That call surely made nothing; another one comes after so many seconds."""

    def submitted(self, task_id: str) -> None:
        """The provider took the order; polling this task costs nothing."""

    def generating(self, seconds: float) -> None:
        """Still at work, so many seconds after the order."""

    def generated(self, image: GeneratedImage) -> None:
        """The provider made it; its bytes are not here yet."""

    def downloading(self, done: int, total: int | None) -> None:
        """So many bytes are here, of so many where that is known."""


class NoProgress:
    """Nobody wants to know."""

    def ordering(self) -> None:
        """Told to nobody."""

    def turned_away(self, trouble: Trouble, pause: float) -> None:
        """Told to nobody."""

    def submitted(self, task_id: str) -> None:
        """Told to nobody."""

    def generating(self, seconds: float) -> None:
        """Told to nobody."""

    def generated(self, image: GeneratedImage) -> None:
        """Told to nobody."""

    def downloading(self, done: int, total: int | None) -> None:
        """Told to nobody."""
