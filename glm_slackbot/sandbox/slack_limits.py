"""Slack's pace for posting: one message a second and channel. Off until a test turns it on."""

from __future__ import annotations

import math
from collections.abc import Callable

from glm_slackbot.sandbox.slack_errors import SlackError

SECONDS_BETWEEN = 1.0


class RateLimitedError(SlackError):
    """429: too fast; `retry_after` whole seconds."""

    def __init__(self, retry_after: int) -> None:
        super().__init__("ratelimited")
        self.retry_after = retry_after


class PostingLimit:
    """Counts posted messages by channel once it is `on`."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self.on = False
        self._clock = clock
        self._last: dict[str, float] = {}

    def count(self, channel: str) -> None:
        """Notes one message, or raises how long to wait."""
        now = self._clock()
        waited = now - self._last.get(channel, -math.inf)
        if self.on and waited < SECONDS_BETWEEN:
            raise RateLimitedError(max(1, math.ceil(SECONDS_BETWEEN - waited)))
        self._last[channel] = now
