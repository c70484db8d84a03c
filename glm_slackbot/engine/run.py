"""Many images, so many at once as were asked for; Ctrl-C leaves what is done, and what is not."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from glm_slackbot.domain.errors import UnsureError
from glm_slackbot.domain.imagine import ImageRequest
from glm_slackbot.engine import outcome
from glm_slackbot.engine.making import Begun
from glm_slackbot.engine.not_made import DOWNLOAD_FAILED, NotMade, Reason, Task, unsure
from glm_slackbot.engine.one_image import Maker
from glm_slackbot.engine.outcome import ImageOutcome
from glm_slackbot.engine.progress import NoProgress, Ordered, Progress, Told
from glm_slackbot.texts import text


class Journal(Progress, Protocol):
    """Who writes one image's steps down."""

    def ended(self, outcome: ImageOutcome) -> None:
        """So it ended."""


class NoJournal(NoProgress):
    """Nothing is written down."""

    def ended(self, outcome: ImageOutcome) -> None:
        """Told to nobody."""


@dataclass(slots=True)
class Item:
    """One image of a run. ``outcome`` is there from the start where nothing is left to do."""

    prompt: str
    request: ImageRequest | None = None
    request_id: str = ""
    line: int | None = None
    key: str = ""
    """What its state file knows it by; empty where there is none."""
    begun: Begun | None = None
    journal: Journal = field(default_factory=NoJournal)
    outcome: ImageOutcome | None = None


class Screen(Protocol):
    """Who shows a run while it goes on."""

    def begins(self, item: Item) -> Progress:
        """Work on this one begins."""

    def ends(self, item: Item) -> None:
        """It has its outcome now."""

    def is_heard(self) -> bool:
        """Whether anybody would learn of another image."""


class Run:
    """The items of a run, made in their order."""

    def __init__(self, maker: Maker, items: Sequence[Item], screen: Screen) -> None:
        self._maker = maker
        self._items = items
        self._screen = screen
        self._useless: ImageOutcome | None = None
        self._workers: dict[asyncio.Task[None], Ordered] = {}
        """Each with how far the order is that it works on."""
        self._is_stopped = False

    async def all(self, concurrency: int) -> None:
        """Give every item its outcome; cancelled, those that may be bought are unsure.

        Where more could not be told or kept, those that are not ordered are left without one.
        """
        left = iter([item for item in self._items if item.outcome is None])
        async with asyncio.TaskGroup() as workers:
            for _ in range(min(concurrency, len(self._items))):
                worker = workers.create_task(self._work(left))
                self._workers[worker] = Ordered()

    async def _work(self, left: Iterator[Item]) -> None:
        while self._goes_on() and (item := next(left, None)) is not None:
            if self._useless is not None and item.begun is None:
                item.outcome = _same_trouble(self._useless, item)
            else:
                item.outcome = await self._make(item)
            if item.outcome.api_key_is_useless:
                self._useless = item.outcome
            self._screen.ends(item)
            if item.outcome.cannot_be_kept:
                self._stop()

    def _goes_on(self) -> bool:
        """Whether the next may be ordered. What is bought already is finished in any case."""
        if _this_task().cancelling():
            raise asyncio.CancelledError
        if not self._is_stopped and not self._screen.is_heard():
            self._stop()
        return not self._is_stopped

    def _stop(self) -> None:
        self._is_stopped = True
        for worker, ordered in self._workers.items():
            if not ordered.perhaps and worker is not _this_task():
                worker.cancel()

    async def _make(self, item: Item) -> ImageOutcome:
        assert item.request is not None
        ordered = _ordered(item.begun)
        self._workers[_this_task()] = ordered
        progress = Told(item.journal, ordered, self._screen.begins(item))
        try:
            ended = await self._maker.make(item.request, item.request_id, progress, item.begun)
        except asyncio.CancelledError:
            if ordered.perhaps:
                item.outcome = self._interrupted(item, ordered)
            raise
        item.journal.ended(ended)
        return ended

    def _interrupted(self, item: Item, ordered: Ordered) -> ImageOutcome:
        host = self._maker.api_key.provider.host
        return outcome.not_made(
            _stopped(ordered, host, goes_on=ordered.is_known and item.key != ""),
            request=item.request,
            provider=self._maker.api_key.provider,
            request_id=item.request_id,
        )


def _this_task() -> asyncio.Task[None]:
    task = asyncio.current_task()
    assert task is not None
    return task


def _ordered(begun: Begun | None) -> Ordered:
    return Ordered() if begun is None else Ordered(begun.task_id, begun.generated)


def _stopped(ordered: Ordered, host: str, *, goes_on: bool) -> NotMade:
    """What is bought and may be shown can be fetched by its link, which nobody else knows."""
    image = ordered.image
    if image is None or image.withheld:
        if goes_on:
            ended = unsure(UnsureError("engine.interrupted_known"))
            ended.request_id = ordered.task_id
            return ended
        task = Task(host, ordered.task_id) if ordered.task_id else None
        return unsure(UnsureError("engine.interrupted"), task=task)
    words = text("engine.interrupted_known" if goes_on else "engine.interrupted_made", "en")
    return NotMade(
        Reason.DOWNLOAD, DOWNLOAD_FAILED, words, may_have_billed=True, image_url=image.url
    )


def _same_trouble(earlier: ImageOutcome, item: Item) -> ImageOutcome:
    """An account that was refused once is not asked again for the rest."""
    error = earlier.fields["error"]
    assert earlier.reason is not None
    ended = NotMade(
        earlier.reason,
        error["code"],
        earlier.words,
        message=error["message"],
        status=error["status"],
        api_key_is_useless=True,
    )
    return outcome.not_made(ended, request=item.request, request_id=item.request_id)
