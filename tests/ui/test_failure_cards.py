from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from glm_slackbot.domain.errors import (
    BotError,
    QuotaError,
    RefusedError,
    SetupError,
    UnsureError,
    UpstreamError,
    UserError,
)
from glm_slackbot.domain.job import Job, Outcome
from glm_slackbot.texts import text
from glm_slackbot.ui import actions, cards

from .reading import buttons, shown

MakeJob = Callable[..., Job]
ERROR = UpstreamError("slack.unreachable")


def charge(make_job: MakeJob, **image: Any) -> str:
    return shown(cards.failure_card(make_job(image), ERROR, locale="en"))


@pytest.mark.parametrize("outcome", [Outcome.REFUSED, Outcome.NOT_BOUGHT, Outcome.CANCELLED])
def test_what_was_never_bought_is_not_charged(make_job: MakeJob, outcome: Outcome) -> None:
    assert text("job.nothing_charged", "en") in charge(make_job, outcome=outcome)


@pytest.mark.parametrize(
    "outcome", [Outcome.UNSURE, Outcome.WITHHELD, Outcome.LOST, Outcome.BOUGHT]
)
def test_what_may_have_been_bought_counts(make_job: MakeJob, outcome: Outcome) -> None:
    words = charge(make_job, outcome=outcome)
    assert text("job.may_be_charged", "en") in words
    assert text("job.counts_today", "en") in words


def test_a_failed_task_may_be_charged_and_is_given_back_to_the_quota(make_job: MakeJob) -> None:
    words = charge(make_job, outcome=Outcome.TASK_FAILED)
    assert text("job.may_be_charged", "en") in words
    assert text("job.counts_today", "en") not in words


@pytest.mark.parametrize("outcome", [Outcome.PENDING, Outcome.CANCELLED])
def test_what_was_ordered_may_be_charged(make_job: MakeJob, outcome: Outcome) -> None:
    words = charge(make_job, outcome=outcome, submit_intent_at=1.0)
    assert text("job.may_be_charged", "en") in words


@pytest.mark.parametrize("kind", [UpstreamError, UnsureError, QuotaError, SetupError])
def test_what_may_work_later_can_be_tried_again(make_job: MakeJob, kind: type[BotError]) -> None:
    card = cards.failure_card(make_job({}), kind("slack.unreachable"), locale="en")
    assert buttons(card) == {actions.TRY_AGAIN: "J1"}
    assert "J1" in shown(card)


@pytest.mark.parametrize("kind", [UserError, RefusedError])
def test_what_must_be_changed_cannot_be_tried_again(
    make_job: MakeJob, kind: type[BotError]
) -> None:
    assert not buttons(cards.failure_card(make_job({}), kind("imagine.no_prompt"), locale="en"))


@pytest.mark.parametrize(
    ("image", "expected"),
    [
        ({"outcome": Outcome.LOST, "image_url": "https://a.b/c"}, "job.try_again_delivers"),
        ({"outcome": Outcome.LOST}, "job.try_again_orders"),
        ({"outcome": Outcome.TASK_FAILED, "task_id": "t"}, "job.try_again_orders"),
        ({"outcome": Outcome.UNSURE, "task_id": "t"}, "job.try_again_looks"),
        ({"outcome": Outcome.UNSURE}, "job.try_again_orders"),
    ],
)
def test_try_again_says_what_it_will_do(
    make_job: MakeJob, image: dict[str, Any], expected: str
) -> None:
    assert text(expected, "en") in charge(make_job, **image)


def test_nothing_is_said_of_trying_again_where_nothing_was_ordered(make_job: MakeJob) -> None:
    words = charge(make_job, outcome=Outcome.NOT_BOUGHT)
    assert "Try again " not in words
