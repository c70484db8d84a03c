"""What a failed request may have cost, and what trying again would do, in words."""

from __future__ import annotations

from collections.abc import Sequence

from glm_slackbot.domain.errors import BotError, RefusedError, UserError
from glm_slackbot.domain.job import KEPT, Image, Job, Outcome
from glm_slackbot.ui.words import Markup, joined, say

NOT_WORTH_ANOTHER_TRY = (UserError, RefusedError)
"""They tell people to change what they ask for: the same again would fail again."""


def can_try_again(error: BotError) -> bool:
    """Whether the same request may succeed later."""
    return not isinstance(error, NOT_WORTH_ANOTHER_TRY)


def may_be_charged(images: Sequence[Image]) -> bool:
    """Whether the provider may ask money for any of these."""
    return any(_costs(image) for image in images)


def charge_words(job: Job, locale: str) -> Markup:
    """That nothing was charged, or that something may have been, and what counts today."""
    ordered = [image for image in job.images if _costs(image)]
    if not ordered:
        return say("job.nothing_charged", locale)
    charged = say("job.may_be_charged", locale)
    if not any(KEPT[image.outcome].quota for image in ordered):
        return charged
    return joined(locale, charged, say("job.counts_today", locale))


def try_again_words(job: Job, locale: str) -> Markup | None:
    """What Try again does about an image that was ordered already."""
    ordered = [image for image in job.images if _costs(image)]
    if not ordered:
        return None
    if any(_is_deliverable(image) for image in ordered):
        return say("job.try_again_delivers", locale)
    if all(image.outcome is Outcome.UNSURE and image.task_id for image in ordered):
        return say("job.try_again_looks", locale)
    return say("job.try_again_orders", locale)


def _is_deliverable(image: Image) -> bool:
    """Whether the image is there to be fetched and posted; a lost one without a link is not."""
    return image.outcome in (Outcome.BOUGHT, Outcome.LOST) and image.image_url is not None


def _costs(image: Image) -> bool:
    if image.outcome in (Outcome.PENDING, Outcome.CANCELLED):
        return image.submit_intent_at is not None
    return KEPT[image.outcome].budget
