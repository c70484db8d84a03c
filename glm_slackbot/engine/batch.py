"""The images of a prompts file, each as far as earlier runs have brought it."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from glm_slackbot.domain.image_models import Provider
from glm_slackbot.domain.imagine import ImageRequest
from glm_slackbot.engine import outcome
from glm_slackbot.engine.not_made import NotMade
from glm_slackbot.engine.resuming import resume
from glm_slackbot.engine.run import Item
from glm_slackbot.engine.state_file import StateFile, StateJournal, unusable
from glm_slackbot.engine.wish import Terms, read_line

Lines = Iterable[tuple[int, str]]


def state_path(prompts: Path, output: Path | None, save: Path | None) -> Path:
    """Beside the output, else in the folder of the images, else beside the prompts."""
    if output is not None:
        return output.with_name(f"{output.name}.state.jsonl")
    return (save or prompts.parent) / f"{prompts.name}.state.jsonl"


def batch_items(
    lines: Lines, terms: Terms, state: StateFile, new_id: Callable[[], str]
) -> list[Item]:
    """One item an image, in the order of the lines; a line that breaks a rule has its outcome."""
    seen: Counter[str] = Counter()
    return [
        item
        for number, line in lines
        for item in _items_of(number, line, terms, state, new_id, seen)
    ]


def forgotten(state: StateFile, items: Iterable[Item]) -> int:
    """How many images the state file knows that no line asks for any more."""
    return len(state.entries.keys() - {item.key for item in items})


def _items_of(
    number: int,
    line: str,
    terms: Terms,
    state: StateFile,
    new_id: Callable[[], str],
    seen: Counter[str],
) -> Iterator[Item]:
    try:
        request = read_line(line, terms)
    except NotMade as ended:
        yield Item(line, line=number, outcome=outcome.not_made(ended, prompt=line))
        return
    for _ in range(request.n):
        seen[content_of(request)] += 1
        key = f"{content_of(request)}-{seen[content_of(request)]}"
        yield _item(number, request, key, terms.provider, state, new_id())


def _item(
    number: int,
    request: ImageRequest,
    key: str,
    provider: Provider,
    state: StateFile,
    request_id: str,
) -> Item:
    try:
        known = resume(state.entries.get(key), request, provider)
    except (KeyError, TypeError, ValueError):
        raise unusable(state.path, f"its lines about {key} do not fit together") from None
    request_id = known.request_id or request_id
    journal = StateJournal(
        state, key, request_id=request_id, provider=provider, prompt=request.prompt
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
