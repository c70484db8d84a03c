"""Choices made in menus, boxes and pickers, as Slack sends them."""

from __future__ import annotations

from typing import Any

import pytest

from glm_slackbot.sandbox.slack_errors import UsageError
from glm_slackbot.sandbox.slack_message import Message
from glm_slackbot.sandbox.slack_stand_in import SlackStandIn

A, B = ({"value": v, "text": {"type": "plain_text", "text": v.upper()}} for v in "ab")
OPTIONS = {"options": [A, B]}
CHOSEN: list[tuple[dict[str, Any], Any, dict[str, Any]]] = [
    ({"type": "static_select", **OPTIONS}, "b", {"selected_option": B}),
    ({"type": "static_select", "option_groups": [OPTIONS]}, "B", {"selected_option": B}),
    ({"type": "overflow", **OPTIONS}, "a", {"selected_option": A}),
    ({"type": "radio_buttons", **OPTIONS}, "a", {"selected_option": A}),
    ({"type": "checkboxes", **OPTIONS}, ["a", "b"], {"selected_options": [A, B]}),
    ({"type": "checkboxes", **OPTIONS}, [], {"selected_options": []}),
    ({"type": "multi_static_select", **OPTIONS}, "a", {"selected_options": [A]}),
    ({"type": "users_select"}, "U1", {"selected_user": "U1"}),
    ({"type": "channels_select"}, "C1", {"selected_channel": "C1"}),
    ({"type": "multi_conversations_select"}, ["C1"], {"selected_conversations": ["C1"]}),
    ({"type": "datepicker"}, "2026-01-31", {"selected_date": "2026-01-31"}),
]
IMPOSSIBLE: list[tuple[dict[str, Any], Any, str]] = [
    ({"type": "static_select", **OPTIONS}, "c", "'c' is not among the options"),
    ({"type": "static_select", **OPTIONS}, ["a"], "one choice is made here"),
    ({"type": "checkboxes", **OPTIONS}, ["a", "c"], "'c' is not among the options"),
    (
        {"type": "multi_static_select", "max_selected_items": 1, **OPTIONS},
        ["a", "b"],
        "at most 1 can be chosen",
    ),
    ({"type": "users_select"}, "U9", "'U9' is neither a person nor a place"),
]


async def pressed(slack: SlackStandIn, block: dict[str, Any], value: Any) -> dict[str, Any]:
    workspace = slack.workspace
    message = Message("C1", workspace.new_ts(), "UBOT", blocks=[block], bot_id=workspace.bot_id)
    workspace.post(message)
    await slack.press(message, "x", user="U1", value=value, block_id="b")
    [action] = slack.sent[-1].parcel.payload["actions"]
    return action


@pytest.mark.parametrize(("element", "value", "sent"), CHOSEN)
async def test_a_choice_is_sent_whole(
    element: dict[str, Any], value: Any, sent: dict[str, Any], slack: SlackStandIn
) -> None:
    block = {"type": "actions", "block_id": "b", "elements": [{"action_id": "x", **element}]}
    action = await pressed(slack, block, value)
    assert action.pop("action_ts")
    assert action == {"type": element["type"], "action_id": "x", "block_id": "b", **sent}


@pytest.mark.parametrize(("element", "value", "words"), IMPOSSIBLE)
async def test_what_cannot_be_chosen_is_refused(
    element: dict[str, Any], value: Any, words: str, slack: SlackStandIn
) -> None:
    block = {"type": "actions", "block_id": "b", "elements": [{"action_id": "x", **element}]}
    with pytest.raises(UsageError, match=words):
        await pressed(slack, block, value)


async def test_an_input_is_told_of_at_once_only_where_it_asks_for_that(
    slack: SlackStandIn,
) -> None:
    element = {"type": "plain_text_input", "action_id": "x"}
    block = {"type": "input", "block_id": "b", "element": element}
    with pytest.raises(UsageError, match="when its modal is submitted"):
        await pressed(slack, block, "words")
    action = await pressed(slack, block | {"dispatch_action": True}, "words")
    assert action["value"] == "words"


async def test_of_two_alike_the_one_in_the_named_block_is_pressed(slack: SlackStandIn) -> None:
    def block(name: str) -> dict[str, Any]:
        text = {"type": "plain_text", "text": name}
        button = {"type": "button", "action_id": "x", "text": text, "value": name}
        return {"type": "actions", "block_id": name, "elements": [button]}

    ts = slack.workspace.new_ts()
    message = slack.workspace.post(Message("C1", ts, "UBOT", blocks=[block("a"), block("b")]))
    await slack.press(message, "x", user="U1", block_id="b")
    assert slack.sent[-1].parcel.payload["actions"][0]["value"] == "b"
