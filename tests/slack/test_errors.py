"""Slack's codes become errors that say what to do."""

from __future__ import annotations

import pytest
from slack_sdk.errors import SlackApiError

from glm_slackbot.domain.errors import SetupError, UpstreamError
from glm_slackbot.slack.errors import PASSING, SETUP_FAMILIES, SETUP_TEXTS, as_bot_error
from glm_slackbot.ui.words import error_words


class Refusal:
    def __init__(self, code: str, **more: str) -> None:
        self.data = {"ok": False, "error": code, **more}


def refused(code: str, **more: str) -> SlackApiError:
    return SlackApiError("refused", Refusal(code, **more))


@pytest.mark.parametrize("code", [*SETUP_TEXTS, *SETUP_FAMILIES, "something_new"])
def test_what_somebody_must_act_on_is_told_in_both_languages(code: str) -> None:
    error = as_bot_error(refused(code))
    assert isinstance(error, SetupError)
    assert error_words(error, "en") != error_words(error, "zh")


def test_the_pause_that_slack_asks_for_is_handed_on() -> None:
    error = refused("ratelimited")
    error.response.headers = {"Retry-After": "60"}
    assert as_bot_error(error).params == {"retry_after": 60.0}


@pytest.mark.parametrize("code", sorted(PASSING))
def test_passing_trouble_is_worth_trying_again(code: str) -> None:
    assert isinstance(as_bot_error(refused(code)), UpstreamError)


@pytest.mark.parametrize(
    ("code", "text_id"),
    [
        ("restricted_action_thread_locked", "setup.posting_restricted"),
        ("slack_connect_file_upload_sharing_blocked", "setup.shared_channel_blocked"),
        ("not_in_channel", "setup.invite_bot"),
        ("token_revoked", "setup.slack_token"),
        ("never_heard_of", "setup.slack_refused"),
    ],
)
def test_a_code_has_its_text(code: str, text_id: str) -> None:
    assert as_bot_error(refused(code)).text_id == text_id


def test_an_unknown_code_is_told() -> None:
    assert "never_heard_of" in error_words(as_bot_error(refused("never_heard_of")), "en")


def test_a_missing_scope_is_named() -> None:
    error = as_bot_error(refused("missing_scope", needed="files:write"))
    assert "files:write" in error_words(error, "en")


@pytest.mark.parametrize("response", [object(), None])
def test_an_answer_that_is_not_in_slacks_words_is_passing_trouble(response: object) -> None:
    assert isinstance(as_bot_error(SlackApiError("broken", response)), UpstreamError)
