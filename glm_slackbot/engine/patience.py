"""How long a busy provider is waited out for one order."""

from __future__ import annotations

from typing import Final

from glm_slackbot.domain.retry import Trouble, retry_decision
from glm_slackbot.workflow.clock import Clock

UNREACHABLE_S: Final = 30.0
"""A mistake in a proxy does not pass, and somebody waits at the command line."""


class Patience:
    """Pauses between tries of one order; each trouble has its own patience."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._trouble: Trouble | None = None
        self._since = 0.0

    def pause(self, trouble: Trouble, retry_after: float | None) -> float | None:
        """Seconds until the next try, or None: enough."""
        now = self._clock.now()
        if trouble is not self._trouble:
            self._trouble, self._since = trouble, now
        waited = now - self._since
        decision = retry_decision(trouble, waited=waited, retry_after=retry_after)
        if decision is None:
            return None
        if trouble is Trouble.UNREACHABLE and waited + decision.after > UNREACHABLE_S:
            return None
        return decision.after
