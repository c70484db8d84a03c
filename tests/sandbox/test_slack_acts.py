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


async def test_a_trigger_opens_one_view_within_three_seconds(slack, tiny_app, client, clock):
    await slack.command("", user="U1", channel="C1")
    trigger_id = tiny_app.form["trigger_id"]
    await client.views_open(trigger_id=trigger_id, view=MODAL)
    again = client.views_open(trigger_id=trigger_id, view=MODAL)
    assert await refusal(again) == "exchanged_trigger_id"
    await slack.command("", user="U1", channel="C1")
    clock.now += 3.1
    late = client.views_open(trigger_id=tiny_app.form["trigger_id"], view=MODAL)
    assert await refusal(late) == "expired_trigger_id"


@pytest.mark.parametrize(
    "change",
    [
        {"title": {"type": "plain_text", "text": "x" * 25}},
        {"private_metadata": "x" * 3001},
        {"type": "home"},
        {"colour": "red"},
    ],
)
async def test_a_bad_view_is_refused(slack, tiny_app, client, change):
    await slack.command("", user="U1", channel="C1")
    opened = client.views_open(trigger_id=tiny_app.form["trigger_id"], view=MODAL | change)
    assert await refusal(opened) == "invalid_arguments"


async def test_a_submission_may_be_held_open_by_errors(slack, tiny_app, client):
    await slack.command("", user="U1", channel="C1")
    await client.views_open(trigger_id=tiny_app.form["trigger_id"], view=MODAL)
    (view,) = slack.opened_views("U1")
    tiny_app.replies = [web.json_response({"response_action": "errors", "errors": {"b": "no"}})]
    await slack.submit(view, {"b": {"a": {"type": "plain_text_input", "value": "x"}}}, user="U1")
    assert slack.opened_views("U1") == [view]
    assert tiny_app.interaction["view"]["state"]["values"]["b"]["a"]["value"] == "x"
    await slack.submit(view, {}, user="U1")
    assert slack.opened_views("U1") == []


async def test_home_is_published_for_one_person(slack, tiny_app, client):
    assert await slack.open_home("U1") is None
    await client.views_publish(user_id="U1", view={"type": "home", "blocks": BLOCKS})
    home = await slack.open_home("U1")
    assert home.content["blocks"][0]["elements"][0]["action_id"] == "go"
    assert tiny_app.events[-1]["view"]["id"] == home.id
    await slack.press(home, "Go", user="U1")
    assert "response_url" not in tiny_app.interaction


async def test_a_view_is_updated_by_its_hash(slack, client):
    home = {"type": "home", "blocks": BLOCKS}
    shown = (await client.views_publish(user_id="U1", view=home))["view"]
    changed = {"type": "home", "blocks": [{"type": "divider"}]}
    stale = client.views_update(view_id=shown["id"], view=changed, hash="stale")
    assert await refusal(stale) == "hash_conflict"
    await client.views_update(view_id=shown["id"], view=changed, hash=shown["hash"])
    assert slack.home_of("U1").content["blocks"][0]["type"] == "divider"


async def test_an_uninstalled_app_has_no_account(slack, tiny_app, client):
    await slack.uninstall()
    assert [event["type"] for event in tiny_app.events] == ["tokens_revoked", "app_uninstalled"]
    assert await refusal(client.auth_test()) == "account_inactive"


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
