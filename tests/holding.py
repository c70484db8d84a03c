"""Images that are not done before a test says so: on however slow a machine, no sooner."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from glm_slackbot.sandbox.glm_api import GLMStandIn
from glm_slackbot.sandbox.glm_weather import Reply

PROCESSING = Reply(json={"id": "1", "model": "glm-image", "task_status": "PROCESSING"})
PLENTY = 100_000


@contextmanager
def images_held_up(glm: GLMStandIn) -> Iterator[None]:
    """Until the block ends, whoever polls hears that the image is in the making."""
    polls = glm.weather.polls
    polls.extend([PROCESSING] * PLENTY)
    try:
        yield
    finally:
        polls.clear()
