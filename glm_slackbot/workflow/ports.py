"""What the workflow asks of Slack: Delivery speaks to people, Directory asks about them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from glm_slackbot.domain.errors import BotError
from glm_slackbot.domain.job import Draft, Image, Job, Origin
from glm_slackbot.glm.spool import SpooledImage


@dataclass(frozen=True, slots=True)
class Place:
    """Where an image is posted: a channel, and a thread of it or its main timeline."""

    channel_id: str
    thread_ts: str | None


@dataclass(frozen=True, slots=True)
class Person:
    """What Slack knows of a person. ``locale`` is ours: ``en`` or ``zh``."""

    locale: str | None
    is_admin: bool = False
    is_org_admin: bool = False
    """Of the whole organisation (Enterprise Grid), not of one workspace."""
    is_guest: bool = False
    is_stranger: bool = False
    """Of another organisation, or somebody whom Slack hides from us."""
    is_told: bool = True
    """Whether Slack told anything; else all of this is a guess."""


class SharePlan(StrEnum):
    """How the result is put into the channel; written on the row before it is done."""

    ONE_MESSAGE = "one_message"
    """Files, caption and buttons in one message."""
    TWO_MESSAGES = "two_messages"
    """Slack refused the blocks: files with a plain caption, then the buttons."""


class FileState(StrEnum):
    """What Slack says of an uploaded file."""

    SHARED = "shared"
    """It is in a message."""
    COMPLETED = "completed"
    """Slack has it, and does not tell yet in which message."""
    UNKNOWN = "unknown"
    """Never completed: Slack knows no such file."""
    DELETED = "deleted"
    """It was there, and somebody deleted it."""


@dataclass(frozen=True, slots=True)
class FileLook:
    """A file's state, and the ts of its message once Slack tells."""

    state: FileState
    message_ts: str | None = None


class BlocksRefused(Exception):
    """Slack refused the blocks of a share; nothing was posted."""


class FileGone(Exception):
    """Slack says that the file is not there to complete: done before, or never uploaded."""


@dataclass(frozen=True, slots=True)
class BudgetNotice:
    """How far the month's budget is used up: ``text_id`` is the sentence."""

    text_id: str
    spent_micros: int
    budget_micros: int
    currency: str
    month: str
    """As 2026-11."""
    asked_micros: int = 0
    """Of a request that no longer fitted."""


@dataclass(frozen=True, slots=True)
class BudgetQuestion:
    """Somebody asks the admins to allow a request that is over budget."""

    job: Job


@dataclass(frozen=True, slots=True)
class AccountNotice:
    """The provider makes no images for the account until an admin has acted."""

    error: BotError


AdminNotice = BudgetNotice | BudgetQuestion | AccountNotice


class Waiting(StrEnum):
    """Why a request waits long."""

    QUEUE = "queue"
    PROVIDER_BUSY = "provider_busy"


class Delivery(Protocol):
    """Puts progress, images and failures into Slack. Raises BotError in words."""

    async def find_place(self, origin: Origin) -> Place:
        """Where the bot can post for this origin; SetupError says how to invite it."""

    async def show_status(self, job: Job) -> str:
        """Post the small status message in the thread; answers its ts."""

    async def remove_status(self, job: Job) -> None:
        """Delete the status message; one that is gone already is fine."""

    async def end_status(self, job: Job) -> None:
        """Turn the status message into one neutral line that tells nothing private."""

    async def upload(self, job: Job, image: Image, spooled: SpooledImage) -> str:
        """Put the bytes up; answers the file id. Nobody sees the file yet."""

    async def share(self, job: Job, images: Sequence[Image], plan: SharePlan) -> None:
        """Complete the files into the place. Raises FileGone; of ONE_MESSAGE BlocksRefused."""

    async def post_buttons(self, job: Job, images: Sequence[Image]) -> str:
        """The second message of TWO_MESSAGES; answers its ts."""

    async def look_at_file(self, job: Job, file_id: str) -> FileLook:
        """What Slack knows of a file."""

    async def permalink(self, job: Job, message_ts: str) -> str:
        """Slack's link to a message in the job's place."""

    async def tell_failure(self, job: Job, error: BotError, *, late: bool) -> None:
        """Tell the asker privately; ``late`` ones go as a direct message too."""

    async def tell_waiting(self, job: Job, why: Waiting, ahead: int) -> None:
        """The one note that the wait grows long."""

    async def answer_draft(self, draft: Draft) -> None:
        """Post the private card that answers a message without making an image."""

    async def respond(
        self, response_url: str, message: Mapping[str, object], *, replace_original: bool = False
    ) -> None:
        """Answer the press of a button, in private."""

    async def send_directly(self, origin: Origin, message: Mapping[str, object]) -> None:
        """Post into the bot's direct message with the origin's person."""

    async def tell_admin(self, admin: Origin, notice: AdminNotice, locale: str) -> None:
        """Tell the origin's person, an admin, in the bot's direct message with them."""

    async def delete_result(self, job: Job, channel_id: str, message_ts: str) -> None:
        """Delete a result: its messages and its files. What is gone already is fine."""

    async def publish_home(self, origin: Origin, view: Mapping[str, object]) -> None:
        """Show a person's Home tab."""

    async def open_view(self, origin: Origin, trigger_id: str, view: Mapping[str, object]) -> str:
        """Open a modal within the trigger's 3 seconds; answers its view id."""

    async def update_view(self, origin: Origin, view_id: str, view: Mapping[str, object]) -> None:
        """Show something else in a modal that is open; one that is closed is fine."""


class Directory(Protocol):
    """Asks Slack about people, places and threads."""

    async def person(self, origin: Origin) -> Person:
        """Who asks; where Slack does not tell, somebody of whom it says so. Never raises."""

    async def look_up(self, origin: Origin) -> Person:
        """The same, and BotError where Slack does not tell."""

    async def thread_first_message(self, origin: Origin) -> str | None:
        """The text of the thread's first message as a prompt; None where it cannot be read."""
