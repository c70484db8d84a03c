"""How many images at once an API key bears: fewer for a while after the provider said "busy"."""

from __future__ import annotations

from dataclasses import dataclass

LOWERED_FOR = 60.0
"""Seconds without another "busy" until the full concurrency is tried again."""


@dataclass(slots=True)
class _Lowered:
    concurrency: int
    until: float


class Pace:
    """The concurrency of each API key, as this process has learned it."""

    def __init__(self, concurrency: int) -> None:
        self._full = concurrency
        self._lowered: dict[str, _Lowered] = {}

    def concurrency(self, api_key_id: str, now: float) -> int:
        """Images at once for this API key, now."""
        lowered = self._lowered.get(api_key_id)
        if lowered is None or lowered.until <= now:
            self._lowered.pop(api_key_id, None)
            return self._full
        return lowered.concurrency

    def busy(self, api_key_id: str, now: float) -> None:
        """The provider said "busy": half as many, at least one, for a while."""
        halved = max(1, self.concurrency(api_key_id, now) // 2)
        self._lowered[api_key_id] = _Lowered(halved, now + LOWERED_FOR)
