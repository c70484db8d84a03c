"""How a step says that the job cannot go on now, though nothing has gone wrong with it."""

from __future__ import annotations

from glm_slackbot.domain.errors import BotError
from glm_slackbot.domain.retry import Trouble


class Postponed(Exception):
    """Go on later. ``error`` is what the asker reads should patience end."""

    def __init__(
        self, trouble: Trouble, error: BotError, *, retry_after: float | None = None
    ) -> None:
        super().__init__(trouble)
        self.trouble = trouble
        self.error = error
        asked = error.params.get("retry_after")
        self.retry_after = retry_after or (asked if isinstance(asked, float) else None)


class Stopping(Exception):
    """This process is about to end, so it buys nothing more; another one goes on."""
