"""Quotas as pure arithmetic: what is used, what is asked, what is allowed."""

from __future__ import annotations

from collections.abc import Sequence

from glm_slackbot.domain.errors import QuotaError

DAY_SECONDS = 24 * 60 * 60
"""A day is the last 24 hours, so that nobody's day ends at another's midnight."""


def exceeds(*, used: int, asked: int, allowed: int) -> bool:
    """Whether asking for more images would pass the quota."""
    return used + asked > allowed


def frees_up_at(times: Sequence[float], *, asked: int, allowed: int) -> float | None:
    """When enough of the counted images are a day old; None when no wait would be enough.

    ``times`` are the creation times of the counted images, in any order.
    """
    if asked > allowed:
        return None
    leaving = len(times) + asked - allowed
    return sorted(times)[leaving - 1] + DAY_SECONDS


def daily_quota_error(times: Sequence[float], *, asked: int, allowed: int) -> QuotaError:
    """The error that names the quota, what is used, and when it frees up."""
    frees_at = frees_up_at(times, asked=asked, allowed=allowed)
    if frees_at is None:
        return QuotaError("quota.more_than_a_day_allows", asked=asked, allowed=allowed)
    return QuotaError(
        "quota.daily_images", used=len(times), asked=asked, allowed=allowed, frees_at=frees_at
    )
