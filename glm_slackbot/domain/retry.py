"""Retry decisions as values: when to go on, or not; apart from the loop that obeys them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Trouble(StrEnum):
    """What a job waits out. In all of them nothing is bought by going on."""

    BUSY = "busy"
    """The provider has too many requests of this API key at once."""
    OVERLOADED = "overloaded"
    """The provider as a whole is overloaded."""
    UNREACHABLE = "unreachable"
    """No connection to the provider ever stood."""
    SLACK = "slack"
    """Slack failed before anything was bought."""
    DELIVERY = "delivery"
    """The image is bought, and could not be fetched or posted yet."""
    TELLING = "telling"
    """The end is on its row, and the asker could not be told yet."""

    @property
    def waits_for(self) -> str:
        """Whom; patience with one is not used up by waiting for another."""
        provider = (Trouble.BUSY, Trouble.OVERLOADED, Trouble.UNREACHABLE)
        return PROVIDER if self in provider else self.value


PROVIDER = "provider"


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds: the first pause, the longest, and how long in all."""

    first: float
    longest: float
    in_all: float


PATIENCE = {
    Trouble.BUSY: Patience(first=2, longest=30, in_all=600),
    Trouble.OVERLOADED: Patience(first=30, longest=120, in_all=600),
    Trouble.UNREACHABLE: Patience(first=2, longest=60, in_all=600),
    Trouble.SLACK: Patience(first=2, longest=60, in_all=600),
    Trouble.DELIVERY: Patience(first=2, longest=600, in_all=6 * 3600),
    Trouble.TELLING: Patience(first=2, longest=600, in_all=6 * 3600),
}

LONGEST_RETRY_AFTER = 120.0
"""Seconds; a provider may ask for more, a person waits."""


@dataclass(frozen=True, slots=True)
class Retry:
    """Go on after so many seconds."""

    after: float


def retry_decision(
    trouble: Trouble, *, waited: float, retry_after: float | None = None
) -> Retry | None:
    """When to go on, having waited so many seconds since the trouble began; None: no more.

    The pause is as long as the wait so far, so that it doubles, whatever else a job has seen.
    """
    patience = PATIENCE[trouble]
    left = patience.in_all - waited
    needed = max(patience.first, min(retry_after or 0.0, LONGEST_RETRY_AFTER))
    if left < needed:  # who asks too early is told "busy" for nothing
        return None
    return Retry(after=min(left, max(needed, min(patience.longest, waited))))


POLL_FIRST = 0.5
POLL_LONGEST = 5.0


def poll_pause(elapsed: float) -> float:
    """Seconds to the next poll: never so many that waiting adds a tenth to the generation."""
    return min(POLL_LONGEST, max(POLL_FIRST, elapsed / 12))
