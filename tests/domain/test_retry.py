"""When to go on, and when not to."""

from __future__ import annotations

import pytest

from glm_slackbot.domain.retry import (
    LONGEST_RETRY_AFTER,
    PATIENCE,
    Trouble,
    poll_pause,
    retry_decision,
)


def pauses(trouble: Trouble) -> list[float]:
    """Every pause until patience ends."""
    waited, seen = 0.0, []
    while (decision := retry_decision(trouble, waited=waited)) is not None:
        seen.append(decision.after)
        waited += decision.after
    return seen


def test_busy_is_waited_for_with_growing_pauses_for_ten_minutes() -> None:
    seen = pauses(Trouble.BUSY)

    assert seen[:6] == [2, 2, 4, 8, 16, 30]
    assert sum(seen) == 600


@pytest.mark.parametrize("trouble", Trouble)
def test_patience_ends(trouble: Trouble) -> None:
    patience = PATIENCE[trouble]
    seen = pauses(trouble)

    assert patience.in_all - patience.first < sum(seen) <= patience.in_all
    assert max(seen) <= patience.longest
    assert retry_decision(trouble, waited=patience.in_all) is None


def test_a_longer_pause_that_was_asked_for_is_kept() -> None:
    decision = retry_decision(Trouble.BUSY, waited=0.0, retry_after=45)

    assert decision is not None
    assert decision.after == 45


def test_a_pause_that_was_asked_for_shortens_nothing_and_has_a_bound() -> None:
    short = retry_decision(Trouble.BUSY, waited=20.0, retry_after=1)
    long = retry_decision(Trouble.BUSY, waited=0.0, retry_after=86400)

    assert short is not None
    assert short.after == 20.0
    assert long is not None
    assert long.after == LONGEST_RETRY_AFTER


@pytest.mark.parametrize(
    ("trouble", "waited", "retry_after"),
    [(Trouble.OVERLOADED, 590, None), (Trouble.BUSY, 570, 60)],
)
def test_where_the_pause_that_is_due_fits_no_more_it_is_given_up(
    trouble: Trouble, waited: float, retry_after: float | None
) -> None:
    assert retry_decision(trouble, waited=waited, retry_after=retry_after) is None


def test_polls_begin_at_half_a_second() -> None:
    assert poll_pause(0.0) == 0.5


@pytest.mark.parametrize("seconds", [6.5, 20.0, 71.0, 300.0])
def test_waiting_adds_less_than_a_tenth_to_a_generation(seconds: float) -> None:
    at = 0.0
    while at < seconds:
        at += poll_pause(at)

    assert at - seconds < seconds / 10


def test_patience_with_the_provider_is_one_whatever_it_says_and_not_slacks() -> None:
    provider = {Trouble.BUSY, Trouble.OVERLOADED, Trouble.UNREACHABLE}
    assert len({trouble.waits_for for trouble in provider}) == 1
    others = set(Trouble) - provider
    assert len({trouble.waits_for for trouble in others} - {Trouble.BUSY.waits_for}) == len(others)
