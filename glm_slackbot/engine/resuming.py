"""What an earlier run's lines mean for an image now: done, gone on with, unsure, or not bought."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from glm_slackbot.domain.errors import UnsureError
from glm_slackbot.domain.image_models import Provider
from glm_slackbot.domain.imagine import ImageRequest
from glm_slackbot.engine import outcome
from glm_slackbot.engine.making import Begun, MadeImage
from glm_slackbot.engine.not_made import NotMade, Reason, unsure
from glm_slackbot.engine.outcome import ImageOutcome, kept_outcome
from glm_slackbot.engine.saving import path_of_words
from glm_slackbot.engine.state_file import Entry
from glm_slackbot.glm.answers import GeneratedImage


@dataclass(frozen=True, slots=True)
class Known:
    """An outcome where nothing is left to do; else how far it came, if it was begun at all."""

    outcome: ImageOutcome | None = None
    begun: Begun | None = None
    request_id: str | None = None


def resume(
    entry: Entry | None, request: ImageRequest, provider: Provider, *, wants_file: bool
) -> Known:
    """What is to be done. An intent of which nothing more is known is never bought again."""
    if entry is None or "intent" not in entry.events:
        return Known()
    events = entry.events
    ended = kept_outcome(events["end"]["outcome"]) if "end" in events else None
    if ended is not None and _is_final(ended, wants_file=wants_file):
        return Known(ended)
    if ended is not None and not ended.ok and not ended.may_have_billed:
        return Known()
    if ended is not None and not {"task", "made"} & events.keys():
        return Known(ended)  # unsure, and nothing is there to ask by
    return _go_on(events, request, provider)


def _is_final(ended: ImageOutcome, *, wants_file: bool) -> bool:
    """Made; or refused by policy, or failed and perhaps billed: a person may word it anew."""
    if ended.ok:
        return ended.fields["saved_file"] is not None or not wants_file
    return ended.reason is Reason.POLICY or (
        ended.reason is Reason.PROVIDER and ended.may_have_billed
    )


def _go_on(
    events: Mapping[str, Mapping[str, Any]], request: ImageRequest, provider: Provider
) -> Known:
    intent = events["intent"]
    request_id = str(intent["request_id"])
    if "made" in events:
        generated = _generated(events["made"])
        if "saving" in events and _is_there(events["saving"]):
            file = str(events["saving"]["file"])
            made = MadeImage(generated, None)
            return Known(outcome.made(request, provider, made, file, request_id))
        return Known(begun=Begun(generated=generated), request_id=request_id)
    if "task" not in events:
        return Known(_unsure(unsure(UnsureError("unsure.process_died")), request, intent))
    if intent["provider"] != provider:
        host = Provider(intent["provider"]).host
        error = UnsureError("engine.other_provider", provider=host)
        return Known(_unsure(unsure(error), request, intent))
    return Known(begun=Begun(task_id=str(events["task"]["task_id"])), request_id=request_id)


def _unsure(ended: NotMade, request: ImageRequest, intent: Mapping[str, Any]) -> ImageOutcome:
    return outcome.not_made(
        ended,
        request=request,
        provider=Provider(intent["provider"]),
        request_id=str(intent["request_id"]),
    )


def _generated(event: Mapping[str, Any]) -> GeneratedImage:
    return GeneratedImage(
        url=event["url"],
        content_filter_level=event["level"],
        request_id=event["request_id"],
        provider_created=event["created"],
    )


def _is_there(event: Mapping[str, Any]) -> bool:
    path = path_of_words(event["file"])
    if not path.is_file():
        return False
    if path.stat().st_size == 0:
        path.unlink()  # the name was claimed, and the process died: it is free again
        return False
    return path.stat().st_size == int(event["bytes"])
