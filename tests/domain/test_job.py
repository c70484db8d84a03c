"""Statuses, moves and what is kept."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from factories import image_factory, origin_factory

from glm_slackbot.domain.errors import BotError, QuotaError, UserError, error_named
from glm_slackbot.domain.job import KEPT, LEGAL_MOVES, JobStatus, OriginKind, Outcome, check_move

ENDS = {JobStatus.DELIVERED, JobStatus.REFUSED, JobStatus.CANCELLED}


def test_every_status_has_its_moves_and_every_outcome_what_it_keeps() -> None:
    assert set(LEGAL_MOVES) == set(JobStatus)
    assert set(KEPT) == set(Outcome)


def test_what_has_ended_for_good_does_not_move() -> None:
    assert {status for status, moves in LEGAL_MOVES.items() if not moves} == ENDS


@pytest.mark.parametrize("old", JobStatus)
@pytest.mark.parametrize("new", JobStatus)
def test_a_move_that_is_not_drawn_is_a_mistake(old: JobStatus, new: JobStatus) -> None:
    if new in LEGAL_MOVES[old]:
        check_move(old, new)
    else:
        with pytest.raises(ValueError, match=f"from {old} to {new}"):
            check_move(old, new)


def test_money_is_given_back_only_with_the_quota() -> None:
    assert all(kept.budget or not kept.quota for kept in KEPT.values())


@pytest.mark.parametrize(
    ("changes", "unknown"),
    [
        ({}, False),
        ({"submit_intent_at": 1.0}, True),
        ({"submit_intent_at": 1.0, "task_id": "t"}, False),
        ({"submit_intent_at": 1.0, "outcome": Outcome.BOUGHT}, False),
    ],
)
def test_an_intent_without_a_task_is_a_purchase_nobody_knows_of(
    changes: Mapping[str, object], unknown: bool
) -> None:
    assert image_factory(**changes).purchase_is_unknown is unknown


def test_only_who_wrote_a_message_gets_a_status_message() -> None:
    kinds = {kind for kind in OriginKind if kind.has_status_message}

    assert kinds == {OriginKind.MENTION, OriginKind.MESSAGE}


def test_an_answer_stays_in_its_thread_or_starts_one() -> None:
    assert origin_factory(thread_ts="1", message_ts="2").answer_thread == "1"
    assert origin_factory(message_ts="2").answer_thread == "2"
    assert origin_factory().answer_thread is None


def test_an_error_comes_back_from_its_row_as_it_was() -> None:
    error = error_named("QuotaError", "quota.daily_images", {"used": 3})

    assert type(error) is QuotaError
    assert str(error) == "quota.daily_images {'used': 3}"


def test_an_error_of_a_class_that_is_gone_is_still_told() -> None:
    error = error_named("RetiredError", "a.b", {})

    assert type(error) is BotError
    assert str(error) == "a.b"
    assert isinstance(UserError("x.y"), BotError)
