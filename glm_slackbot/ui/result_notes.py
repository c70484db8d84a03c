"""What must be said about a result: a content-filter warning, and images that are missing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from glm_slackbot.domain.job import Image, Job
from glm_slackbot.ui.charge import may_be_charged
from glm_slackbot.ui.words import Markup, error_words, joined, say

SENSITIVE_LEVEL = 2
"""A content-filter level that is shown with a warning; 3 is the usual one, 0 the most severe."""


def result_notes(job: Job, images: Sequence[Image], locale: str) -> list[Markup]:
    """The notes under a result, most often none."""
    warning = _filter_warning(images, locale)
    missing = _missing_note(job, images, locale)
    return [note for note in (warning, missing) if note]


def _filter_warning(images: Sequence[Image], locale: str) -> Markup | None:
    flagged = [n for n, image in enumerate(images, 1) if image.filter_level == SENSITIVE_LEVEL]
    if not flagged:
        return None
    if len(images) == 1:
        return say("result.sensitive", locale)
    return say("result.sensitive_numbers", locale, numbers=flagged)


def _missing_note(job: Job, images: Sequence[Image], locale: str) -> Markup | None:
    missing = _missing(job, images)
    if not missing:
        return None
    counted = say("result.missing", locale, missing=len(missing), asked=job.request.n)
    charged = say("result.missing_charged", locale) if may_be_charged(missing) else None
    return joined(locale, counted, *_reasons(missing, locale), charged)


def _missing(job: Job, images: Sequence[Image]) -> list[Image]:
    """The rows without an image, the latest ones: an image tried again has a row more."""
    shown = {image.id for image in images}
    without = [image for image in job.images if image.id not in shown]
    count = min(len(without), max(0, job.request.n - len(images)))
    return without[len(without) - count :]


def _reasons(missing: Iterable[Image], locale: str) -> list[Markup]:
    reasons = (error_words(image.error, locale) for image in missing if image.error)
    return list(dict.fromkeys(reasons))
