"""What one order goes through, told as it happens: to a display, to a state file, to nobody."""

from __future__ import annotations

from pathlib import Path
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

    def saving(self, path: Path, byte_count: int) -> None:
        """This name is taken for it, and its bytes come there when this returns."""


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

    def saving(self, path: Path, byte_count: int) -> None:
        """Told to nobody."""


class Told:
    """Several want to know, in this order."""

    def __init__(self, *hearers: Progress) -> None:
        self._hearers = hearers

    def ordering(self) -> None:
        """Told to all."""
        for hearer in self._hearers:
            hearer.ordering()

    def turned_away(self, trouble: Trouble, pause: float) -> None:
        """Told to all."""
        for hearer in self._hearers:
            hearer.turned_away(trouble, pause)

    def submitted(self, task_id: str) -> None:
        """Told to all."""
        for hearer in self._hearers:
            hearer.submitted(task_id)

    def generating(self, seconds: float) -> None:
        """Told to all."""
        for hearer in self._hearers:
            hearer.generating(seconds)

    def generated(self, image: GeneratedImage) -> None:
        """Told to all."""
        for hearer in self._hearers:
            hearer.generated(image)

    def downloading(self, done: int, total: int | None) -> None:
        """Told to all."""
        for hearer in self._hearers:
            hearer.downloading(done, total)

    def saving(self, path: Path, byte_count: int) -> None:
        """Told to all."""
        for hearer in self._hearers:
            hearer.saving(path, byte_count)


class Ordered(NoProgress):
    """Remembers whether the image may be bought at this moment, and can be asked for."""

    def __init__(self, task_id: str | None = None, image: GeneratedImage | None = None) -> None:
        self.task_id = task_id
        self.image = image
        self.perhaps = self.is_known

    @property
    def is_known(self) -> bool:
        """Whether a task or a link tells what came of the order."""
        return self.task_id is not None or self.image is not None

    def ordering(self) -> None:
        """From here on it may be."""
        self.perhaps = True

    def turned_away(self, trouble: Trouble, pause: float) -> None:
        """It surely is not."""
        self.perhaps = False

    def submitted(self, task_id: str) -> None:
        """It can be polled."""
        self.task_id = task_id

    def generated(self, image: GeneratedImage) -> None:
        """It can be fetched."""
        self.image = image
