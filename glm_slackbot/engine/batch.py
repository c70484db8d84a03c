"""The images of a prompts file, each as far as earlier runs have brought it."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from glm_slackbot.domain.imagine import ImageRequest
from glm_slackbot.engine import outcome
from glm_slackbot.engine.not_made import NotMade
from glm_slackbot.engine.resuming import Known, resume
from glm_slackbot.engine.run import Item
from glm_slackbot.engine.state_file import StateFile, StateJournal, unusable
from glm_slackbot.engine.wish import Terms, read_line

Lines = Iterable[tuple[int, str]]


@dataclass(slots=True)
class Batch:
    """What lines are read with. ``wants_files``: whether images are saved, not only linked to."""

    terms: Terms
    state: StateFile
    new_id: Callable[[], str]
    wants_files: bool
    seen: Counter[str] = field(default_factory=Counter)

    def items(self, lines: Lines) -> list[Item]:
        """One an image, in the order of the lines; one that breaks a rule has its outcome."""
        return [item for number, line in lines for item in self._items_of(number, line)]

    def _items_of(self, number: int, line: str) -> Iterator[Item]:
        try:
            request = read_line(line, self.terms)
        except NotMade as ended:
            yield Item(line, line=number, outcome=outcome.not_made(ended, prompt=line))
            return
        content = content_of(request)
        for _ in range(request.n):
            self.seen[content] += 1
            yield self._item(number, request, f"{content}-{self.seen[content]}")

    def _item(self, number: int, request: ImageRequest, key: str) -> Item:
        known = self._known(request, key)
        provider, request_id = self.terms.provider, known.request_id or self.new_id()
        journal = StateJournal(
            self.state, key, request_id=request_id, provider=provider, prompt=request.prompt
        )
        return Item(
            request.prompt,
            request,
            request_id=request_id,
            line=number,
            key=key,
            begun=known.begun,
            journal=journal,
            outcome=known.outcome,
        )

    def _known(self, request: ImageRequest, key: str) -> Known:
        entry, provider = self.state.entries.get(key), self.terms.provider
        try:
            return resume(entry, request, provider, wants_file=self.wants_files)
        except (KeyError, TypeError, ValueError):
            reason = f"its lines about {key} do not fit together"
            raise unusable(self.state.path, reason) from None


def forgotten(state: StateFile, items: Iterable[Item]) -> int:
    """How many images the state file knows that no line asks for any more."""
    return len(state.entries.keys() - {item.key for item in items})


def content_of(request: ImageRequest) -> str:
    """What an image is known by: lines that ask for the same are the same, wherever they stand."""
    asked = [
        request.model,
        request.prompt,
        str(request.size),
        request.quality,
        request.style,
        request.avoid,
        request.watermark,
    ]
    return hashlib.sha256(json.dumps(asked).encode()).hexdigest()[:24]
