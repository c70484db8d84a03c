"""Rows to jobs, images and drafts, and back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import RowMapping

from glm_slackbot.domain.errors import BotError, error_named
from glm_slackbot.domain.imagine import ImageRequest
from glm_slackbot.domain.job import Draft, Image, Job, JobStatus, Origin, OriginKind, Outcome
from glm_slackbot.domain.size import Size

Row = RowMapping | Mapping[str, Any]

_SAME_IN_JOB = (
    "id", "created_at", "locale", "attempt", "needs_prompt", "post_channel", "post_thread",
    "status_ts", "result_ts", "buttons_ts", "permalink", "share_plan", "delivered_at", "busy_since",
    "busy_with", "wait_noted_at", "asked_at", "retried_at",
)  # fmt: skip
_SAME_IN_REQUEST = ("prompt", "model", "n", "quality", "style", "avoid", "watermark")
_SAME_IN_IMAGE = (
    "id", "job_id", "position", "submit_intent_at", "task_id", "image_url", "filter_level",
    "file_id", "cost_micros", "currency",
)  # fmt: skip
_SAME_IN_ORIGIN = (
    "dedupe_key", "team_id", "enterprise_id", "user_id", "channel_id", "thread_ts",
    "message_ts", "response_url",
)  # fmt: skip


def error_values(error: BotError | None) -> dict[str, Any] | None:
    """An error as one JSON column."""
    if error is None:
        return None
    return {"class": type(error).__name__, "text_id": error.text_id, "params": error.params}


def error_of(value: Mapping[str, Any] | None) -> BotError | None:
    """The error in a JSON column."""
    return None if value is None else error_named(value["class"], value["text_id"], value["params"])


def origin_values(origin: Origin) -> dict[str, Any]:
    """An origin as columns."""
    values = {name: getattr(origin, name) for name in _SAME_IN_ORIGIN}
    return {**values, "origin_kind": origin.kind.value, "workspace_id": origin.workspace_id}


def origin_of(row: Row) -> Origin:
    """The origin in a job's or a draft's row."""
    return Origin(
        kind=OriginKind(row["origin_kind"]),
        is_org_wide=row["workspace_id"] != row["team_id"],
        **{name: row[name] for name in _SAME_IN_ORIGIN},
    )


def request_values(request: ImageRequest) -> dict[str, Any]:
    """A request as columns."""
    values = {name: getattr(request, name) for name in _SAME_IN_REQUEST}
    return {**values, "width": request.size.width, "height": request.size.height}


def request_of(row: Row) -> ImageRequest:
    """The request in a job's row."""
    return ImageRequest(
        size=Size(row["width"], row["height"]), **{name: row[name] for name in _SAME_IN_REQUEST}
    )


def image_of(row: Row) -> Image:
    """An image from its row."""
    return Image(
        outcome=Outcome(row["outcome"]),
        error=error_of(row["error"]),
        **{name: row[name] for name in _SAME_IN_IMAGE},
    )


def images_of(rows: Iterable[RowMapping]) -> tuple[Image, ...]:
    """A job's images in their order."""
    return tuple(sorted((image_of(row) for row in rows), key=lambda image: image.position))


def job_of(row: Row, image_rows: Iterable[RowMapping] = ()) -> Job:
    """A job from its row and its images' rows."""
    return Job(
        origin=origin_of(row),
        request=request_of(row),
        status=JobStatus(row["status"]),
        images=images_of(image_rows),
        error=error_of(row["error"]),
        **{name: row[name] for name in _SAME_IN_JOB},
    )


def draft_of(row: Row) -> Draft:
    """A draft from its row."""
    return Draft(
        id=row["id"],
        origin=origin_of(row),
        text=row["text"],
        locale=row["locale"],
        created_at=row["created_at"],
        card_text_id=row["card_text_id"],
        card_params=row["card_params"] or {},
        drawable=row["drawable"],
    )
