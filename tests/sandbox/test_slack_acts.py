from __future__ import annotations

import asyncio

import pytest
from aiohttp import web
from slack_sdk.errors import SlackApiError
from slack_sdk.signature import SignatureVerifier

from glm_slackbot.sandbox.slack_errors import UsageError

GO = {
    "type": "button",
    "action_id": "go",
    "value": "7",
    "text": {"type": "plain_text", "text": "Go"},
}
BLOCKS = [{"type": "actions", "elements": [GO]}]
MODAL = {"type": "modal", "title": {"type": "plain_text", "text": "Ask"}, "blocks": BLOCKS}


async def refusal(call) -> str:
    with pytest.raises(SlackApiError) as caught:
        await call
    return caught.value.response["error"]


async def test_a_command_is_a_signed_form(slack, tiny_app, clock):
    answer = await slack.command("a <b> & https://a.example/x?y=1&z=2.", user="U1", channel="C1")
    assert (answer.ok, answer.shown) == (True, None)
    assert tiny_app.form["text"] == ("a &lt;b&gt; &amp; <https://a.example/x?y=1&amp;z=2>.")
    assert tiny_app.form["is_enterprise_install"] == "false"
    verifier = SignatureVerifier("sandbox-signing-secret")
    verifier.clock = type("Fixed", (), {"now": staticmethod(clock)})()
    headers, body = tiny_app.received[-1]
    assert verifier.is_valid_request(body, headers)


async def test_the_answer_to_a_command_is_shown_to_the_person_only(slack, tiny_app):
    tiny_app.replies = [web.json_response({"text": "on it", "blocks": BLOCKS})]
    answer = await slack.command("a fox", user="U1", channel="C2")
    assert answer.shown.labels == ["Go"]
    assert slack.visible_to("U1") == {"C2": [answer.shown]}
    assert slack.visible_to("U2") == {}


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        (web.Response(status=404), "http_client_error"),
        (web.Response(status=500), "http_service_error"),
        (web.json_response({"blocks": [{"type": "poster"}]}), "invalid_command_response"),
    ],
)
async def test_the_person_is_shown_slacks_own_error(slack, tiny_app, reply, error):
    tiny_app.replies = [reply]
    answer = await slack.command("a fox", user="U1", channel="C1")
    assert answer.error == error
    assert answer.shown.text == f'/imagine failed with the error "{error}"'


async def test_a_late_answer_to_a_command_is_an_operation_timeout(slack, tiny_app):
    slack.http.answer_seconds = 0.01

    async def late(request: web.Request) -> web.Response:
        await asyncio.sleep(0.2)
        return web.Response()

    tiny_app.receive = late
    runner = web.AppRunner(app := web.Application())
    app.router.add_post("/", late)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    slack.request_url = f"http://127.0.0.1:{runner.addresses[0][1]}/"
    answer = await slack.command("a fox", user="U1", channel="C1")
    await runner.cleanup()
    assert (answer.status, answer.error) == (None, "operation_timeout")


async def test_a_mention_reaches_the_bot_where_it_is_a_member(slack, tiny_app):
    message = await slack.mention("@bot a fox for @dana", user="U1", channel="C1")
    await slack.mention("@bot a fox", user="U1", channel="C2")
    (event,) = tiny_app.events
    assert (event["type"], event["text"]) == ("app_mention", "<@UBOT> a fox for <@U1>")
    assert (event["ts"], event["channel"]) == (message.ts, "C1")


async def test_an_event_comes_again_until_it_is_answered_200(slack, tiny_app):
    tiny_app.replies = [web.Response(status=500), web.Response(status=404)]
    await slack.mention("@bot a fox", user="U1", channel="C1")
    numbers = [headers.get("X-Slack-Retry-Num") for headers, _ in tiny_app.received]
    assert numbers == [None, "1", "2"]
    bodies = {body for _, body in tiny_app.received}
    assert len(bodies) == 1


async def test_an_edited_mention_is_told_again_as_edited(slack, tiny_app):
    message = await slack.mention("@bot a fox", user="U1", channel="C1")
    await slack.edit(message, "@bot a red fox")
    first, second = tiny_app.events
    assert "edited" not in first
    assert (second["ts"], "edited" in second) == (first["ts"], True)


async def test_direct_messages_are_told_and_so_are_edits_and_deletions(slack, tiny_app):
    message = await slack.direct_message("a fox", user="U1", files=["sketch.png"])
    await slack.edit(message, "a red fox")
    await slack.delete(message)
    kinds = [(event["type"], event.get("subtype")) for event in tiny_app.events]
    assert kinds == [
        ("message", "file_share"),
        ("message", "message_changed"),
        ("message", "message_deleted"),
    ]
    assert tiny_app.events[1]["previous_message"]["text"] == "a fox"


async def test_the_bot_hears_itself_in_direct_messages(slack, tiny_app, client):
    await client.chat_postMessage(channel="U1", text="done")
    await client.chat_postMessage(channel="C1", text="done")
    await slack.settle()
    (event,) = tiny_app.events
    assert (event["bot_id"], event["channel_type"]) == ("BSANDBOX", "im")


async def test_a_press_carries_the_message_and_a_trigger(slack, tiny_app, client):
    await client.chat_postMessage(channel="C1", text="t", blocks=BLOCKS)
    (message,) = slack.messages("C1")
    assert (await slack.press(message, "Go", user="U2")).ok
    payload = tiny_app.interaction
    assert payload["actions"][0]["value"] == "7"
    assert payload["container"]["is_ephemeral"] is False
    assert payload["message"]["ts"] == message.ts
    await client.views_open(trigger_id=payload["trigger_id"], view=MODAL)
    assert len(slack.opened_views("U2")) == 1


async def test_a_press_on_an_ephemeral_carries_its_container_only(slack, tiny_app, client):
    await client.chat_postEphemeral(channel="C1", user="U1", text="t", blocks=BLOCKS)
    (message,) = slack.ephemerals("U1")
    await slack.press(message, "go", user="U1")
    assert tiny_app.interaction["container"]["is_ephemeral"] is True
    assert "message" not in tiny_app.interaction
    with pytest.raises(UsageError):
        await slack.press(message, "go", user="U2")


async def test_nobody_presses_what_is_not_there(slack, tiny_app, client):
    await client.chat_postMessage(channel="C1", text="t", blocks=BLOCKS)
    with pytest.raises(UsageError, match="only \\['Go'\\]"):
        await slack.press(slack.messages("C1")[0], "Stop", user="U1")


async def test_an_uninstalled_app_has_no_account(slack, tiny_app, client):
    await slack.uninstall()
    assert [event["type"] for event in tiny_app.events] == ["tokens_revoked", "app_uninstalled"]
    assert await refusal(client.auth_test()) == "account_inactive"


async def test_the_bot_is_invited_and_removed(slack, tiny_app, client):
    slack.invite_bot("C2")
    await slack.mention("@bot a fox", user="U1", channel="C2")
    slack.remove_bot("C2")
    await slack.mention("@bot a fox", user="U1", channel="C2")
    assert len(tiny_app.events) == 1


async def test_a_mention_in_a_group_message_reaches_the_bot_that_is_in_it(slack, tiny_app):
    slack.add_group_message("G8", ["U1", "U2"])
    slack.add_group_message("G9", ["U1", "U2"], bot_is_member=True)
    await slack.mention("@bot a fox", user="U1", channel="G8")
    await slack.mention("@bot a fox", user="U1", channel="G9")
    assert [event["channel"] for event in tiny_app.events] == ["G9"]


async def test_nobody_acts_where_they_are_not(slack):
    slack.add_channel("C7", "board", members=["U2"])
    with pytest.raises(UsageError):
        await slack.command("a fox", user="U1", channel="C7")
    with pytest.raises(UsageError):
        slack.say("a fox", user="U1", channel="C7")
    with pytest.raises(UsageError):
        await slack.replay()


async def test_everything_sent_remembers_what_was_deleted(slack, client):
    posted = await client.chat_postMessage(channel="C1", text="one")
    await client.chat_postEphemeral(channel="C1", user="U1", text="two")
    await client.chat_delete(channel="C1", ts=posted["ts"])
    assert [m.text for m in slack.everything_sent()] == ["one", "two"]


async def test_an_app_that_is_away_is_a_dispatch_that_failed(slack, tiny_app):
    slack.request_url = "http://127.0.0.1:9/"
    answer = await slack.command("a fox", user="U1", channel="C1")
    assert answer.error == "dispatch_failed"


async def test_a_replay_is_the_same_to_the_byte(slack, tiny_app):
    await slack.command("a fox", user="U1", channel="C1")
    await slack.replay()
    first, second = tiny_app.received
    assert first == second


async def test_a_forged_request_is_sent_as_it_is(slack, tiny_app):
    await slack.post(b"{}", {"X-Slack-Signature": slack.sign(b"other", 1)})
    headers, body = tiny_app.received[-1]
    assert (body, headers["X-Slack-Signature"][:3]) == (b"{}", "v0=")


async def test_a_reload_takes_the_ephemerals_away(slack, client):
    await client.chat_postEphemeral(channel="C1", user="U1", text="psst")
    slack.reload("U1")
    assert slack.visible_to("U1") == {}


async def test_without_a_road_to_the_app_a_command_fails(slack):
    answer = await slack.command("a fox", user="U1", channel="C1")
    assert answer.error == "dispatch_failed"


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        ("@bot一只猫", "<@UBOT>一只猫"),
        ("ask @dana. or #design!", "ask <@U1>. or <#C1|>!"),
        ("see example.com", "see <http://example.com|example.com>"),
        ("me@example.com", "<mailto:me@example.com|me@example.com>"),
        ("https://a.example.com/b", "<https://a.example.com/b>"),
        ("@nobody fox.psd", "@nobody fox.psd"),
    ],
)
async def test_the_composer_makes_mentions_and_links(slack, typed, sent):
    assert slack.say(typed, user="U1", channel="C1").text == sent
