"""A job is one request as a durable row; its images are rows of their own.

queued -> running -> delivered
   |         |-----> refused     content policy: not bought, given back
   |         |-----> failed      with an error's text_id
   |         |-----> unsure      bought perhaps, answer lost: told, a button to try again
   |         |                   (unsure -> queued, same row)
   |         |-----> cancelled   what was submitted stays counted
   |         `-----> queued      busy, or its process stopped: goes on later
   `-------> cancelled           given back

failed -> queued as well, but only for an image that was bought and could not be
delivered: it is delivered again, never bought again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from glm_slackbot.domain.errors import BotError
from glm_slackbot.domain.imagine import ImageRequest


class JobStatus(StrEnum):
    """Where a job stands."""

    QUEUED = "queued"
    RUNNING = "running"
    DELIVERED = "delivered"
    REFUSED = "refused"
    FAILED = "failed"
    UNSURE = "unsure"
    CANCELLED = "cancelled"


LEGAL_MOVES: Mapping[JobStatus, frozenset[JobStatus]] = {
    JobStatus.QUEUED: frozenset({JobStatus.RUNNING, JobStatus.CANCELLED}),
    JobStatus.RUNNING: frozenset(JobStatus) - {JobStatus.RUNNING},
    JobStatus.UNSURE: frozenset({JobStatus.QUEUED}),
    JobStatus.FAILED: frozenset({JobStatus.QUEUED}),
    JobStatus.DELIVERED: frozenset(),
    JobStatus.REFUSED: frozenset(),
    JobStatus.CANCELLED: frozenset(),
}


def check_move(old: JobStatus, new: JobStatus) -> None:
    """ValueError for a move that the diagram does not draw: a mistake of ours."""
    if new not in LEGAL_MOVES[old]:
        raise ValueError(f"a job does not go from {old} to {new}")


class OriginKind(StrEnum):
    """By which of Slack's ways a request came."""

    COMMAND = "command"
    MENTION = "mention"
    MESSAGE = "message"
    BUTTON = "button"
    HOME = "home"
    """Again on the Home tab, which is in no channel: the image goes where the first one is."""

    @property
    def has_status_message(self) -> bool:
        """Whether the bot shows a status message in the thread while it works."""
        return self in (OriginKind.MENTION, OriginKind.MESSAGE)


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a request came from, and so where its image goes."""

    kind: OriginKind
    team_id: str
    user_id: str
    channel_id: str
    dedupe_key: str
    enterprise_id: str | None = None
    thread_ts: str | None = None
    message_ts: str | None = None
    response_url: str | None = None
    is_org_wide: bool = False
    """Whether the app is installed for the whole organisation (Enterprise Grid)."""

    @property
    def workspace_id(self) -> str:
        """Whose settings, quotas and budget hold: an organisation's workspaces share one row."""
        if self.is_org_wide and self.enterprise_id:
            return self.enterprise_id
        return self.team_id

    @property
    def answer_thread(self) -> str | None:
        """The thread the answer belongs to; a message's answer starts one under it."""
        return self.thread_ts or self.message_ts


class Outcome(StrEnum):
    """How an image ended, or how far it came."""

    PENDING = "pending"
    BOUGHT = "bought"
    """The provider made it; it is fetched and posted next."""
    DELIVERED = "delivered"
    REFUSED = "refused"
    WITHHELD = "withheld"
    """Made, but its content-filter level is 0 or 1: never shown."""
    TASK_FAILED = "task_failed"
    """The provider took the order and answered FAIL."""
    NOT_BOUGHT = "not_bought"
    UNSURE = "unsure"
    LOST = "lost"
    """Bought, and then not fetched or not posted."""
    CANCELLED = "cancelled"
    """Cancelled before it was submitted."""
    CANCELLED_LATE = "cancelled_late"
    """Cancelled after it was submitted: made perhaps, so it stays counted."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What settling keeps of an image's reservation."""

    quota: bool
    budget: bool


KEPT: Mapping[Outcome, Kept] = {
    Outcome.PENDING: Kept(quota=True, budget=True),
    Outcome.BOUGHT: Kept(quota=True, budget=True),
    Outcome.DELIVERED: Kept(quota=True, budget=True),
    Outcome.UNSURE: Kept(quota=True, budget=True),
    Outcome.WITHHELD: Kept(quota=True, budget=True),
    Outcome.LOST: Kept(quota=True, budget=True),
    Outcome.CANCELLED_LATE: Kept(quota=True, budget=True),
    Outcome.TASK_FAILED: Kept(quota=False, budget=True),
    Outcome.REFUSED: Kept(quota=False, budget=False),
    Outcome.NOT_BOUGHT: Kept(quota=False, budget=False),
    Outcome.CANCELLED: Kept(quota=False, budget=False),
}


@dataclass(frozen=True, slots=True)
class Image:
    """One image of a job. Times are seconds since 1970, UTC."""

    id: int
    job_id: str
    position: int
    outcome: Outcome = Outcome.PENDING
    submit_intent_at: float | None = None
    task_id: str | None = None
    image_url: str | None = None
    filter_level: int | None = None
    file_id: str | None = None
    cost_micros: int = 0
    currency: str | None = None
    error: BotError | None = None

    @property
    def purchase_is_unknown(self) -> bool:
        """An intent to buy without a task: the process died, or the answer was lost."""
        return (
            self.outcome is Outcome.PENDING
            and self.submit_intent_at is not None
            and self.task_id is None
        )


@dataclass(frozen=True, slots=True)
class Job:
    """One request, as the row tells it. Times are seconds since 1970, UTC."""

    id: str
    origin: Origin
    request: ImageRequest
    status: JobStatus
    created_at: float
    locale: str
    asked_at: float = 0.0
    """When its response URL was fresh: at the request, or at the last Try again."""
    attempt: int = 0
    images: tuple[Image, ...] = ()
    needs_prompt: bool = False
    post_channel: str | None = None
    post_thread: str | None = None
    status_ts: str | None = None
    result_ts: str | None = None
    buttons_ts: str | None = None
    permalink: str | None = None
    """Slack's link to the result's message."""
    share_plan: str | None = None
    delivered_at: float | None = None
    busy_since: float | None = None
    busy_with: str | None = None
    """Whom it has been waiting for since then."""
    wait_noted_at: float | None = None
    retried_at: float | None = None
    """When the asker said Try again after an unsure end: a new purchase is wanted then."""
    error: BotError | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """A message that was answered by a card instead of a job; **Draw this** makes it one."""

    id: str
    origin: Origin
    text: str
    locale: str
    created_at: float
    card_text_id: str
    card_params: Mapping[str, object] = field(default_factory=dict)
    drawable: bool = True
