"""Requests, origins, jobs and drafts for tests: every field has a value, name what matters."""

from __future__ import annotations

from dataclasses import fields
from itertools import count
from typing import Any

from glm_slackbot.domain.imagine import ImageRequest
from glm_slackbot.domain.job import Draft, Image, Job, JobStatus, Origin, OriginKind
from glm_slackbot.domain.size import Size
from glm_slackbot.storage.entries import NewDraft, NewJob
from glm_slackbot.storage.limits import Wish

NOW = 1_750_000_000.0
API_KEY_ID = "an-api-key"
PRICE = 100_000

_OF_WISH = ("daily_images", "cost_micros", "currency", "is_allowed_past_budget")

_numbers = count(1)


def request_factory(**changes: Any) -> ImageRequest:
    """A request for one image of a fox."""
    return ImageRequest(
        **{"prompt": "a fox", "model": "glm-image", "size": Size(1280, 1280), **changes}
    )


def origin_factory(**changes: Any) -> Origin:
    """A command in a channel, unlike any other."""
    return Origin(
        **{
            "kind": OriginKind.COMMAND,
            "team_id": "T1",
            "user_id": "U1",
            "channel_id": "C1",
            "dedupe_key": f"dedupe-{next(_numbers)}",
            **changes,
        }
    )


def job_factory(**changes: Any) -> Job:
    """A queued job; ``changes`` may name fields of its origin and its request as well."""
    of_origin, of_request, of_job = _sorted(changes, Origin, ImageRequest, Job)
    at = of_job.get("created_at", NOW)
    return Job(
        **{
            "id": f"job-{next(_numbers)}",
            "origin": origin_factory(**of_origin),
            "request": request_factory(**of_request),
            "status": JobStatus.QUEUED,
            "created_at": at,
            "asked_at": at,
            "locale": "en",
            **of_job,
        }
    )


def image_factory(**changes: Any) -> Image:
    """A pending image."""
    return Image(**{"id": next(_numbers), "job_id": "job-1", "position": 0, **changes})


def draft_factory(**changes: Any) -> Draft:
    """A greeting; ``changes`` may name fields of its origin as well."""
    of_origin, of_draft = _sorted(changes, Origin, Draft)
    return Draft(
        **{
            "id": f"draft-{next(_numbers)}",
            "origin": origin_factory(**{"kind": OriginKind.MENTION, **of_origin}),
            "text": "hello",
            "locale": "en",
            "created_at": NOW,
            "card_text_id": "talk.greeting_or_question",
            **of_draft,
        }
    )


def new_job(
    job: Job | None = None,
    *,
    api_key_id: str = API_KEY_ID,
    **changes: Any,
) -> NewJob:
    """A job to be written; ``changes`` may name fields of what it reserves as well."""
    of_wish = {name: changes.pop(name) for name in _OF_WISH if name in changes}
    job = job or job_factory(**changes)
    wish = wish_factory(job, n=job.request.n, at=job.created_at, **of_wish)
    return NewJob(job, api_key_id=api_key_id, wish=wish)


def new_draft(**changes: Any) -> NewDraft:
    """A draft to be written."""
    return NewDraft(draft_factory(**changes))


def wish_factory(job: Job, **changes: Any) -> Wish:
    """One more image for a job, an hour later, with room for plenty."""
    return Wish(
        **{
            "origin": job.origin,
            "n": 1,
            "daily_images": 50,
            "cost_micros": PRICE,
            "currency": "CNY",
            "at": NOW + 3600,
            **changes,
        }
    )


def _sorted(changes: dict[str, Any], *classes: type) -> list[dict[str, Any]]:
    """Changes by the first class that has a field of that name; the last takes the rest."""
    sorted_: list[dict[str, Any]] = [{} for _ in classes]
    for name, value in changes.items():
        owners = [n for n, cls in enumerate(classes) if name in {f.name for f in fields(cls)}]
        sorted_[owners[0] if owners else -1][name] = value
    return sorted_
