"""One call: its body, its retries, and what is left of Slack's anger."""

from __future__ import annotations

import logging

import pytest

from glm_slackbot.domain.errors import SetupError, UpstreamError
from glm_slackbot.sandbox import slack_weather as weather
from glm_slackbot.slack import retries
from glm_slackbot.slack.ask import ask

POST = {"channel": "C1", "text": "hello"}
INFO = {"channel": "C1"}


@pytest.fixture
def post(floor):
    async def post():
        return await ask(floor.client, "chat.postMessage", POST)

    return post


@pytest.fixture
def look(floor):
    async def look():
        return await ask(floor.client, "conversations.info", INFO, as_form=True)

    return look


def calls(floor) -> int:
    return len(floor.slack.workspace.api_calls)


async def test_what_is_none_is_not_sent(floor):
    await ask(floor.client, "chat.postMessage", {**POST, "thread_ts": None})
    assert floor.slack.calls("chat.postMessage")[0].args == POST


async def test_an_expected_code_is_an_answer(floor):
    gone = {"channel": "C1", "ts": "1.000001"}
    answer = await ask(floor.client, "chat.delete", gone, expected={"message_not_found"})
    assert answer["error"] == "message_not_found"


@pytest.mark.parametrize(
    "trouble",
    [
        weather.html(502),
        weather.html(200),
        weather.broken_json(),
        weather.status(500),
        weather.Trouble(200, "hello", "text/plain"),
        weather.Trouble(200, "[]"),
        weather.Trouble(200, '["ok"]'),
        weather.Trouble(200, "null"),
        weather.Trouble(403, "blocked", "text/plain"),
        weather.drop(),
        weather.error("internal_error"),
        weather.error("fatal_error"),
        weather.error("ratelimited", retry_after=3600),
    ],
    ids=str,
)
async def test_whatever_is_not_slacks_answer_is_passing_trouble(floor, look, trouble):
    floor.slack.weather.always("conversations.info", trouble)
    with pytest.raises(UpstreamError) as fault:
        await look()
    assert fault.value.text_id == "slack.unreachable"


@pytest.mark.parametrize(
    "code", ["invalid_auth", "token_revoked", "account_inactive", "token_expired", "not_authed"]
)
async def test_a_refused_token_is_an_admins_matter(floor, look, code):
    floor.slack.workspace.dead_tokens[floor.slack.workspace.bot_token] = code
    with pytest.raises(SetupError) as refusal:
        await look()
    assert (refusal.value.text_id, refusal.value.params["code"]) == ("setup.slack_token", code)


async def test_a_rate_limit_is_waited_out(floor, post):
    floor.slack.weather.next("chat.postMessage", weather.error("ratelimited", retry_after=0))
    assert (await post())["ok"]


async def test_rate_limits_are_not_waited_out_for_ever(floor, post):
    floor.slack.weather.always("chat.postMessage", weather.error("ratelimited", retry_after=0))
    with pytest.raises(UpstreamError):
        await post()
    assert calls(floor) == 1 + retries.RATE_LIMIT_RETRIES


@pytest.mark.parametrize("trouble", [weather.html(503), weather.status(500), weather.drop()])
async def test_a_call_that_does_no_harm_is_sent_again(floor, look, trouble):
    floor.slack.weather.next("conversations.info", trouble)
    assert (await look())["ok"]


@pytest.mark.parametrize("trouble", [weather.html(503), weather.status(500), weather.drop()])
async def test_a_post_that_may_have_arrived_is_not_sent_again(floor, post, trouble):
    floor.slack.weather.next("chat.postMessage", trouble.afterwards())
    with pytest.raises(UpstreamError):
        await post()
    assert len(floor.slack.messages("C1")) == 1


async def test_nothing_of_a_call_is_logged(floor, look, post, caplog, capsys):
    caplog.set_level(logging.DEBUG)
    await post()
    floor.slack.weather.always("conversations.info", weather.error("fatal_error", secret="s3cret"))
    with pytest.raises(UpstreamError) as fault:
        await look()
    shown = caplog.text + "".join(capsys.readouterr())
    assert not any(word in shown for word in ("hello", "s3cret", "xoxb-"))
    assert fault.value.__cause__ is None
