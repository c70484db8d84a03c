"""Quotas as arithmetic."""

from __future__ import annotations

from glm_slackbot.domain.quota import DAY_SECONDS, daily_quota_error, exceeds, frees_up_at


def test_a_quota_may_be_used_up_exactly() -> None:
    assert not exceeds(used=2, asked=1, allowed=3)
    assert exceeds(used=3, asked=1, allowed=3)


def test_the_oldest_image_frees_up_first() -> None:
    assert frees_up_at([30.0, 10.0, 20.0], asked=1, allowed=3) == 10.0 + DAY_SECONDS


def test_as_many_must_leave_as_are_asked_for() -> None:
    assert frees_up_at([30.0, 10.0, 20.0], asked=2, allowed=3) == 20.0 + DAY_SECONDS
    assert frees_up_at([30.0, 10.0, 20.0], asked=3, allowed=3) == 30.0 + DAY_SECONDS


def test_a_lowered_quota_takes_longer_to_free_up() -> None:
    assert frees_up_at([10.0, 20.0, 30.0], asked=1, allowed=1) == 30.0 + DAY_SECONDS


def test_no_wait_helps_who_asks_for_more_than_a_day_allows() -> None:
    assert frees_up_at([], asked=4, allowed=3) is None


def test_the_error_says_what_is_used_and_until_when() -> None:
    error = daily_quota_error([10.0, 20.0], asked=2, allowed=3)

    assert error.text_id == "quota.daily_images"
    assert error.params == {"used": 2, "asked": 2, "allowed": 3, "frees_at": 10.0 + DAY_SECONDS}


def test_the_error_says_when_a_day_never_allows_it() -> None:
    error = daily_quota_error([], asked=4, allowed=3)

    assert (error.text_id, error.params) == (
        "quota.more_than_a_day_allows",
        {"asked": 4, "allowed": 3},
    )
