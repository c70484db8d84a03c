"""The time that one image is given."""

from __future__ import annotations

from glm_slackbot.workflow.clock import Clock


class Stopwatch:
    """Runs from when it is made."""

    def __init__(self, clock: Clock, allowed_s: float) -> None:
        self.clock = clock
        self.allowed_s = allowed_s
        self._ends = clock.now() + allowed_s

    @property
    def left_s(self) -> float:
        """Seconds; below zero when the time is up."""
        return self._ends - self.clock.now()
