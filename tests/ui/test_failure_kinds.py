"""Every error that can end a request has a kind on the month's list."""

from __future__ import annotations

import pytest

from glm_slackbot.glm.errors import Kind
from glm_slackbot.texts import text_ids
from glm_slackbot.ui.failure_kinds import failure_lines, kind_of

SUBJECTS = ("glm", "imagine", "quota", "setup", "slack", "unsure", "who")


@pytest.mark.parametrize(
    "text_id", sorted(t for t in text_ids("en") if t.split(".")[0] in SUBJECTS)
)
def test_an_error_that_may_end_a_request_has_a_kind(text_id: str) -> None:
    assert kind_of(text_id) in text_ids("en") - {"failure.other"}


def test_what_an_admin_must_mend_at_the_provider_is_one_kind() -> None:
    account = (Kind.API_KEY_REFUSED, Kind.TWO_FACTOR, Kind.ACCOUNT, Kind.BALANCE, Kind.PERMISSION)
    for kind in (*account, Kind.PLAN, Kind.FAIR_USE):
        assert kind_of(f"glm.{kind.value}") == "failure.account"


def test_errors_of_one_kind_are_counted_together_the_most_frequent_first() -> None:
    found = [("slack.unreachable", 4), ("glm.balance", 3), ("glm.plan", 2), ("error.unexpected", 1)]
    assert failure_lines(found, "en") == [
        "Provider's account or API key: 5",
        "Slack's fault: 4",
        "Other: 1",
    ]
