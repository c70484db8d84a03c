"""What is asked to be written down, what comes of it, and how it looks as columns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from glm_slackbot.domain.errors import BotError
from glm_slackbot.domain.job import Draft, Job, Origin
from glm_slackbot.storage.audit import AuditEntry
from glm_slackbot.storage.limits import Wish
from glm_slackbot.storage.rows import origin_values, request_values


@dataclass(frozen=True, slots=True)
class NewJob:
    """A job to write, with what its images reserve."""

    job: Job
    api_key_id: str
    wish: Wish
    audit: AuditEntry | None = None
    """Written with the job, where an admin let it be written."""

    @property
    def origin(self) -> Origin:
        """Where the job came from."""
        return self.job.origin


@dataclass(frozen=True, slots=True)
class NewDraft:
    """A draft to write; its card is due."""

    draft: Draft

    @property
    def origin(self) -> Origin:
        """Where the message came from."""
        return self.draft.origin


@dataclass(frozen=True, slots=True)
class Accepted:
    """Written down. ``ahead``: requests that wait or run before it."""

    ahead: int


@dataclass(frozen=True, slots=True)
class Duplicate:
    """A copy of what is written already, under this id."""

    id: str


Entry = NewJob | NewDraft
Answer = Accepted | Duplicate | BotError


def job_values(entry: NewJob) -> dict[str, Any]:
    """A new job as columns."""
    job = entry.job
    return {
        **origin_values(job.origin),
        **request_values(job.request),
        "id": job.id,
        "status": job.status.value,
        "created_at": job.created_at,
        "locale": job.locale,
        "needs_prompt": job.needs_prompt,
        "api_key_id": entry.api_key_id,
        "next_at": job.created_at,
        "asked_at": job.created_at,
    }


def image_values(entry: NewJob, position: int) -> dict[str, Any]:
    """A new image as columns: reserved at table price."""
    return {
        "job_id": entry.job.id,
        "position": position,
        "workspace_id": entry.job.origin.workspace_id,
        "user_id": entry.job.origin.user_id,
        "channel_id": entry.job.origin.channel_id,
        "created_at": entry.job.created_at,
        "in_quota": True,
        "cost_micros": entry.wish.cost_micros,
        "currency": entry.wish.currency,
        "outcome": "pending",
    }


def draft_values(draft: Draft) -> dict[str, Any]:
    """A new draft as columns."""
    return {
        **origin_values(draft.origin),
        "id": draft.id,
        "created_at": draft.created_at,
        "locale": draft.locale,
        "text": draft.text,
        "drawable": draft.drawable,
        "card_text_id": draft.card_text_id,
        "card_params": dict(draft.card_params),
        "next_at": draft.created_at,
        "answer_due": True,
    }
