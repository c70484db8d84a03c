from __future__ import annotations

import pytest
from aiohttp import web
from slack_sdk.errors import SlackApiError

from glm_slackbot.sandbox.slack_errors import SlackError, UsageError


def plain(text: str) -> dict:
    return {"type": "plain_text", "text": text}


GO = {"type": "button", "action_id": "go", "value": "7", "text": plain("Go")}
BLOCKS = [{"type": "actions", "elements": [GO]}]
MODAL = {"type": "modal", "title": plain("Ask"), "blocks": BLOCKS}
OPTIONS = [{"text": plain("Large"), "value": "l"}, {"text": plain("Small"), "value": "s"}]
MENU = {"type": "static_select", "action_id": "size", "options": OPTIONS}
INPUT = {"type": "input", "label": plain("Size"), "element": MENU}


async def refusal(call) -> str:
    with pytest.raises(SlackApiError) as caught:
        await call
    return caught.value.response["error"]


@pytest.fixture
def opened(slack, tiny_app, client):
    """Opens a modal for dana, by a command's trigger."""

    async def open_modal(**change):
        await slack.command("", user="U1", channel="C1")
        trigger_id = tiny_app.form["trigger_id"]
        await client.views_open(trigger_id=trigger_id, view=MODAL | change)
        return slack.opened_views("U1")[-1]

    return open_modal


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


async def test_a_submission_may_be_held_open_by_errors(slack, tiny_app, opened):
    view = await opened(blocks=[INPUT | {"block_id": "b"}], submit=plain("Go"))
    tiny_app.replies = [web.json_response({"response_action": "errors", "errors": {"b": "no"}})]
    await slack.submit(view, {"b": {"a": {"type": "plain_text_input", "value": "x"}}}, user="U1")
    assert slack.opened_views("U1") == [view]
    assert tiny_app.interaction["view"]["state"]["values"]["b"]["a"]["value"] == "x"
    await slack.submit(view, {}, user="U1")
    assert slack.opened_views("U1") == []


async def test_errors_beside_no_field_and_views_of_no_shape_are_mistakes(slack, tiny_app, opened):
    view = await opened(blocks=[INPUT | {"block_id": "b"}], submit=plain("Go"))
    tiny_app.replies = [
        web.json_response({"response_action": "errors", "errors": {"other": "no"}}),
        web.json_response({"response_action": "update", "view": MODAL | {"blocks": [INPUT]}}),
    ]
    with pytest.raises(UsageError, match="no input block"):
        await slack.submit(view, {}, user="U1")
    with pytest.raises(SlackError, match="invalid_arguments"):
        await slack.submit(view, {}, user="U1")


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


async def test_an_answer_may_put_another_view_in_its_place(slack, tiny_app, opened):
    view = await opened()
    other = MODAL | {"title": plain("Checking")}
    tiny_app.replies = [web.json_response({"response_action": "update", "view": other})]
    await slack.submit(view, {}, user="U1")
    assert slack.opened_views("U1") == [view]
    assert view.content["title"]["text"] == "Checking"


@pytest.mark.parametrize(("asked", "heard"), [(True, 2), (False, 1)])
async def test_closing_is_told_where_the_view_asks_for_it(slack, tiny_app, opened, asked, heard):
    view = await opened(notify_on_close=asked)
    await slack.close_view(view, user="U1")
    assert len(tiny_app.received) == heard
    with pytest.raises(UsageError):
        await slack.submit(view, {}, user="U1")


async def test_a_closed_view_is_not_found(slack, client, opened):
    view = await opened(external_id="mine")
    assert (await client.views_update(external_id="mine", view=MODAL))["ok"]
    await slack.close_view(view, user="U1")
    assert await refusal(client.views_update(view_id=view.id, view=MODAL)) == "not_found"


async def test_an_option_is_picked_by_words_or_value(slack, tiny_app, opened):
    view = await opened(blocks=[{"type": "actions", "elements": [MENU]}])
    await slack.press(view, "size", user="U1", value="Small")
    assert tiny_app.interaction["actions"][0]["selected_option"]["value"] == "s"
    with pytest.raises(UsageError):
        await slack.press(view, "size", user="U1", value="Huge")


async def test_inputs_need_a_submit_button(opened):
    assert await refusal(opened(blocks=[INPUT])) == "invalid_arguments"
    assert (await opened(blocks=[INPUT], submit=plain("Save"))).type == "modal"


@pytest.mark.parametrize(
    "menu",
    [
        MENU | {"options": []},
        MENU | {"options": OPTIONS * 51},
        MENU | {"initial_option": {"text": plain("Huge"), "value": "h"}},
        MENU | {"options": [{"text": plain("x" * 76), "value": "l"}]},
        MENU | {"options": [{"text": plain("x"), "value": "x" * 76}]},
        MENU | {"confirm": {"title": plain("Sure?")}},
        {"type": "image", "alt_text": "no input", "image_url": "https://a.example/b.png"},
    ],
)
async def test_a_bad_menu_is_refused(opened, menu):
    blocks = [INPUT | {"element": menu}]
    assert await refusal(opened(blocks=blocks, submit=plain("Save"))) == "invalid_blocks"


async def test_a_home_is_published_anew_over_the_old_one(slack, client):
    view = {"type": "home", "blocks": BLOCKS}
    first = await client.views_publish(user_id="U1", view=view)
    again = await client.views_publish(user_id="U1", view=view | {"blocks": []})
    assert first["view"]["id"] == again["view"]["id"]
    assert slack.home_of("U1").content["blocks"] == []


async def test_a_home_goes_to_somebody_known(client):
    view = {"type": "home", "blocks": BLOCKS}
    assert await refusal(client.views_publish(user_id="U0", view=view)) == "user_not_found"
    large = {"type": "home", "blocks": [], "private_metadata": "x" * 250_001}
    assert await refusal(client.views_publish(user_id="U1", view=large)) == "view_too_large"
    odd = client.api_call("views.publish", json={"user_id": "U1", "view": "[]"})
    assert await refusal(odd) == "invalid_arguments"


async def test_a_made_up_trigger_is_invalid(client):
    assert await refusal(client.views_open(trigger_id="1.2.3", view=MODAL)) == "invalid_trigger_id"
