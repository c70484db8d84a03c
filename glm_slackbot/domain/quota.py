"""Quotas and budgets as pure arithmetic: what is used, what is asked, what is allowed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from glm_slackbot.domain.errors import QuotaError, SetupError
from glm_slackbot.domain.workspace import Budget

DAY_SECONDS = 24 * 60 * 60
"""A day is the last 24 hours, so that nobody's day ends at another's midnight."""
MINUTE_SECONDS = 60
BUDGET_REACHED = "quota.budget_reached"
BUDGET_NOTICES = {80: "notice.budget_80", 100: "notice.budget_100"}
"""Shares of the budget, in percent, at which admins are told, and in which sentence."""
BUDGET_REFUSED = "notice.budget_refused"
"""What admins are told of a request that no longer fits, although something is left."""


def exceeds(*, used: int, asked: int, allowed: int) -> bool:
    """Whether asking for more would pass the quota or the budget."""
    return used + asked > allowed


def frees_up_at(
    times: Sequence[float], *, asked: int, allowed: int, seconds: float = DAY_SECONDS
) -> float | None:
    """When enough of the counted images are a day old; None when no wait would be enough.

    ``times`` are the creation times of the counted images, in any order.
    """
    if asked > allowed:
        return None
    leaving = len(times) + asked - allowed
    return sorted(times)[leaving - 1] + seconds


def daily_quota_error(times: Sequence[float], *, asked: int, allowed: int) -> QuotaError:
    """The error that names the day's quota, what is used, and when it frees up."""
    frees_at = frees_up_at(times, asked=asked, allowed=allowed)
    if frees_at is None:
        return QuotaError("quota.more_than_a_day_allows", asked=asked, allowed=allowed)
    return QuotaError(
        "quota.daily_images", used=len(times), asked=asked, allowed=allowed, frees_at=frees_at
    )


def minute_quota_error(times: Sequence[float], *, asked: int, allowed: int) -> QuotaError:
    """The same for the minute's quota."""
    frees_at = frees_up_at(times, asked=asked, allowed=allowed, seconds=MINUTE_SECONDS)
    if frees_at is None:
        return QuotaError("quota.more_than_a_minute_allows", asked=asked, allowed=allowed)
    return QuotaError(
        "quota.minute_images", used=len(times), asked=asked, allowed=allowed, frees_at=frees_at
    )


def month_of(at: float) -> tuple[float, float]:
    """The calendar month, by UTC, of a moment: its first one, and the next month's."""
    day = datetime.fromtimestamp(at, UTC)
    start = datetime(day.year, day.month, 1, tzinfo=UTC)
    year, month = divmod(day.year * 12 + day.month, 12)
    return start.timestamp(), datetime(year, month + 1, 1, tzinfo=UTC).timestamp()


def check_currency(budget: Budget, currency: str) -> None:
    """SetupError where the API key bills in another currency than the budget is in."""
    if budget.currency != currency:
        raise SetupError("setup.budget_currency", budget=budget.currency, bills=currency)


def budget_error(*, spent: int, asked: int, budget: Budget, at: float) -> QuotaError:
    """The error that names the month's budget, what is spent, and when it begins anew."""
    return QuotaError(
        BUDGET_REACHED,
        spent_micros=spent,
        asked_micros=asked,
        budget_micros=budget.micros,
        currency=budget.currency,
        frees_at=month_of(at)[1],
    )


def notices_of_rise(*, before: int, after: int, budget: int) -> tuple[str, ...]:
    """What admins are told when the month's costs rise from ``before`` to ``after``."""
    return tuple(
        text_id
        for percent, text_id in BUDGET_NOTICES.items()
        if before * 100 < budget * percent <= after * 100
    )


def notice_of_refusal(*, spent: int, budget: int) -> str:
    """What admins are told when a request is refused.

    The sum seldom meets the budget exactly: with less left than an image costs, it is used up,
    too. On a later day of the month they are told again.
    """
    return BUDGET_NOTICES[100] if spent >= budget else BUDGET_REFUSED
