from __future__ import annotations

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from glm_slackbot.sandbox.slack_rules import MANIFEST_SCOPES, OPTIONAL_SCOPES
from glm_slackbot.sandbox.slack_stand_in import SlackStandIn
from glm_slackbot.sandbox.slack_weather import broken_json, drop, error, html, slow, status


async def refusal(call) -> str:
    with pytest.raises(SlackApiError) as caught:
        await call
    return caught.value.response["error"]


async def test_auth_test_tells_the_bot_and_its_scopes(client):
    answer = await client.auth_test()
    assert (answer["team_id"], answer["user_id"]) == ("T0SANDBOX", "UBOT")
    assert set(answer.headers["x-oauth-scopes"].split(",")) == MANIFEST_SCOPES


@pytest.mark.parametrize(
    ("token", "code"),
    [
        ("", "not_authed"),
        ("xoxb-other", "invalid_auth"),
        ("xapp-sandbox", "not_allowed_token_type"),
    ],
)
async def test_only_the_right_token_is_let_in(session, token, code):
    assert await refusal(AsyncWebClient(token, session=session).auth_test()) == code


async def test_a_revoked_token_is_called_revoked(slack, client):
    await slack.revoke_tokens()
    assert await refusal(client.auth_test()) == "token_revoked"


async def test_an_unknown_method_and_a_foreign_scope_are_told_apart(client):
    assert await refusal(client.api_call("chat.shout")) == "unknown_method"
    with pytest.raises(SlackApiError) as caught:
        await client.reactions_add(channel="C1", timestamp="1.000000", name="wave")
    assert caught.value.response["needed"] == "reactions:write"
    assert "chat:write" in caught.value.response["provided"]


async def test_a_method_that_reads_overlooks_a_json_body(client):
    read = client.api_call("users.info", json={"user": "U1"})
    assert await refusal(read) == "invalid_arguments"
    assert (await client.api_call("users.info", data={"user": "U1"}))["user"]["name"] == "dana"


async def test_an_address_over_8_kb_is_cut_off(session):
    url = "https://slack.com/api/chat.postMessage?text=" + "x" * 8200
    async with session.post(url) as answer:
        assert answer.status == 414


async def test_the_locale_comes_only_where_it_is_asked_for(client):
    assert "locale" not in (await client.users_info(user="U3"))["user"]
    told = await client.users_info(user="U3", include_locale=True)
    assert told["user"]["locale"] == "zh-CN"


async def test_places_are_told_by_scope_and_membership(slack, client):
    slack.add_direct_message("D9", ["U1", "U2"])
    slack.add_group_message("G9", ["U1", "U2", "U3"])
    slack.add_channel("G8", "secret", private=True, bot_is_member=False)
    members = await client.conversations_members(channel="C1", limit=2)
    assert len(members["members"]) == 2
    assert members["response_metadata"]["next_cursor"] == "2"
    assert await refusal(client.conversations_members(channel="G8")) == "channel_not_found"
    assert await refusal(client.conversations_members(channel="C404")) == "channel_not_found"
    assert (await client.conversations_info(channel="C1"))["channel"]["is_member"] is True
    assert (await client.conversations_info(channel="C2"))["channel"]["is_member"] is False
    assert (await client.conversations_info(channel="G1"))["channel"]["is_private"] is True
    assert await refusal(client.conversations_info(channel="G8")) == "channel_not_found"
    assert await refusal(client.conversations_info(channel="D9")) == "missing_scope"
    assert await refusal(client.conversations_info(channel="G9")) == "missing_scope"


async def test_a_conversation_is_opened_once(client):
    first = await client.conversations_open(users="U1")
    again = await client.conversations_open(users=["U1"])
    assert first["channel"]["id"] == again["channel"]["id"]
    assert (first["already_open"], again["already_open"]) == (False, True)
    assert await refusal(client.conversations_open(users="U1,U2")) == "missing_scope"
    assert await refusal(client.conversations_open(users="U0")) == "user_not_found"


async def test_a_conversation_needs_people_who_can_be_written_to(slack, client):
    slack.add_user("U8", "gone", deleted=True)
    slack.add_user("U9", "robot", is_bot=True)
    opened = await client.conversations_open(users="U1", return_im=True)
    assert (opened["channel"]["is_im"], opened["channel"]["user"]) == (True, "U1")
    again = await client.conversations_open(channel=opened["channel"]["id"])
    assert again["channel"]["id"] == opened["channel"]["id"]
    for users, code in [
        ("U8", "user_disabled"),
        ("U9", "cannot_dm_bot"),
        ("", "users_list_not_supplied"),
    ]:
        assert await refusal(client.api_call("conversations.open", params={"users": users})) == code
    of_channel = client.conversations_open(channel="C1")
    assert await refusal(of_channel) == "method_not_supported_for_channel_type"
    assert await refusal(client.conversations_open(channel="D0")) == "channel_not_found"


@pytest.mark.parametrize(("body", "code"), [("{", "invalid_json"), ("[]", "json_not_object")])
async def test_a_broken_json_body_is_called_so(session, body, code):
    headers = {"Content-Type": "application/json", "Authorization": "Bearer xoxb-sandbox"}
    url = "https://slack.com/api/chat.postMessage"
    async with session.post(url, data=body, headers=headers) as answer:
        assert (await answer.json())["error"] == code


async def test_methods_live_on_slack_com_only(session):
    async with session.post("https://files.slack.com/api/auth.test") as answer:
        assert answer.status == 404


async def test_what_the_stand_in_cannot_show_is_refused(client):
    fancy = client.api_call("chat.postMessage", json={"channel": "C1", "markdown_text": "*a*"})
    assert await refusal(fancy) == "invalid_arguments"


async def test_a_thread_is_read_by_history_scope_only(slack, client):
    first = slack.say("a fox", user="U1", channel="C1")
    slack.say("nice", user="U2", channel="C1", thread_ts=first.ts)
    read = {"channel": "C1", "ts": first.ts}
    assert await refusal(client.conversations_replies(**read)) == "missing_scope"
    slack.workspace.scopes |= OPTIONAL_SCOPES
    page = await client.conversations_replies(**read, limit=1)
    assert [m["text"] for m in page["messages"]] == ["a fox"]
    assert page["has_more"] is True
    rest = await client.conversations_replies(
        **read, cursor=page["response_metadata"]["next_cursor"]
    )
    assert [m["text"] for m in rest["messages"]] == ["nice"]
    assert await refusal(client.conversations_replies(channel="C1", ts="1.0")) == "thread_not_found"


async def test_a_planned_429_carries_its_pause(slack, client):
    slack.weather.next("auth.test", error("ratelimited", retry_after=7))
    with pytest.raises(SlackApiError) as caught:
        await client.auth_test()
    assert caught.value.response.status_code == 429
    assert caught.value.response.headers["Retry-After"] == "7"
    assert (await client.auth_test())["ok"]


@pytest.mark.parametrize("trouble", [html(), broken_json(), status(503), drop()])
async def test_bad_weather_hides_the_answer_but_not_the_work(slack, client, trouble):
    slack.weather.always("chat.postMessage", trouble)
    with pytest.raises(Exception):  # noqa: B017, PT011 - the client's own, whichever it is
        await client.chat_postMessage(channel="C1", text="lost")
    assert slack.messages("C1") == []
    slack.weather.clear("chat.postMessage")
    slack.weather.next("chat.postMessage", trouble.afterwards())
    with pytest.raises(Exception):  # noqa: B017, PT011
        await client.chat_postMessage(channel="C1", text="done")
    assert [m.text for m in slack.messages("C1")] == ["done"]


async def test_slow_weather_only_delays(slack, client):
    slack.weather.next("auth.test", slow(0.01))
    assert (await client.auth_test())["ok"]


async def test_each_call_is_noted_with_its_outcome(slack, client):
    await client.users_info(user="U1")
    await refusal(client.users_info(user="U0"))
    found, missed = slack.calls("users.info")
    assert (found.ok, found.args["user"]) == (True, "U1")
    assert (missed.ok, missed.error, missed.token) == (False, "user_not_found", "xoxb-sandbox")


def test_every_default_scope_is_one_of_the_manifest():
    assert SlackStandIn().workspace.scopes == MANIFEST_SCOPES
