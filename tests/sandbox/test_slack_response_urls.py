from __future__ import annotations

import pytest

GO = {"type": "button", "action_id": "go", "text": {"type": "plain_text", "text": "Go"}}
BLOCKS = [{"type": "actions", "elements": [GO]}]


@pytest.fixture
def respond(session):
    async def send(url: str, **body) -> tuple[int, str]:
        async with session.post(url, json=body) as answer:
            text = await answer.text()
            return answer.status, text if answer.status == 200 else (await answer.json())["error"]

    return send


async def test_a_commands_url_takes_five_messages(slack, tiny_app, respond):
    await slack.command("a fox", user="U1", channel="C2")
    url = tiny_app.form["response_url"]
    answers = [await respond(url, text=f"note {n}") for n in range(6)]
    assert answers == [(200, "ok")] * 5 + [(404, "used_url")]
    assert [m.text for m in slack.ephemerals("U1")] == [f"note {n}" for n in range(5)]


async def test_a_url_ends_after_half_an_hour(slack, tiny_app, respond, clock):
    await slack.command("a fox", user="U1", channel="C1")
    clock.now += 1801
    assert await respond(tiny_app.form["response_url"], text="late") == (404, "expired_url")


async def test_an_unknown_url_is_expired(respond):
    assert await respond("https://hooks.slack.com/commands/T/1/x", text="a") == (404, "expired_url")


async def test_what_a_command_url_is_sent_is_always_a_new_message(slack, tiny_app, respond):
    await slack.command("a fox", user="U1", channel="C1")
    url = tiny_app.form["response_url"]
    await respond(url, text="one")
    await respond(url, text="two", replace_original=True)
    await respond(url, text="three", delete_original=True)
    assert [m.text for m in slack.ephemerals("U1")] == ["one", "two", "three"]


async def test_a_press_may_replace_and_delete_its_message(slack, tiny_app, client, respond):
    await client.chat_postEphemeral(channel="C1", user="U1", text="t", blocks=BLOCKS)
    (card,) = slack.ephemerals("U1")
    await slack.press(card, "Go", user="U1")
    url = tiny_app.interaction["response_url"]
    await respond(url, text="cancelled", replace_original=True)
    assert [(m.text, m.blocks) for m in slack.ephemerals("U1")] == [("cancelled", [])]
    await respond(url, delete_original=True)
    assert slack.ephemerals("U1") == []
    assert await respond(url, text="x", replace_original=True) == (404, "message_not_found")


async def test_in_channel_is_for_everybody(slack, tiny_app, respond):
    await slack.command("a fox", user="U1", channel="C2")
    await respond(tiny_app.form["response_url"], text="look", response_type="in_channel")
    assert [m.text for m in slack.visible_to("U2")["C2"]] == ["look"]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "no_text"),
        ({"text": "a", "response_type": "loud"}, "invalid_response_type"),
        ({"text": "a", "blocks": [{"type": "poster"}]}, "invalid_blocks"),
    ],
)
async def test_a_bad_body_is_refused(slack, tiny_app, respond, body, code):
    await slack.command("a fox", user="U1", channel="C1")
    assert await respond(tiny_app.form["response_url"], **body) == (400, code)
