from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from glm_slackbot.domain.imagine import ImageRequest
from glm_slackbot.domain.job import Image, Job, JobStatus, Origin, OriginKind
from glm_slackbot.domain.size import Size

REQUEST = ImageRequest(prompt="a fox", model="glm-image", size=Size(1280, 1280))
ORIGIN = Origin(OriginKind.COMMAND, "T1", "U1", "C1", "command:1")


@pytest.fixture
def make_job() -> Callable[..., Job]:
    """A job; images by their changes, and any field of job, origin or request by name."""

    def make(*images: dict[str, Any], channel_id: str = "C1", **changes: Any) -> Job:
        rows = tuple(Image(id=n, job_id="J1", position=n, **row) for n, row in enumerate(images))
        asked = {"n": len(rows) or 1, **changes}
        return Job(
            id="J1",
            origin=replace(ORIGIN, channel_id=channel_id),
            request=replace(REQUEST, **asked),
            status=JobStatus.QUEUED,
            created_at=0.0,
            locale="en",
            images=rows,
        )

    return make
