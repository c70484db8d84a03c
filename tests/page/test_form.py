"""What Slack's own client says of a form before it sends it."""

from __future__ import annotations

from typing import Any

import pytest

from glm_slackbot.sandbox.page.form import filled_in, mistakes_of

REQUIRED = "Please complete this required field."
NUMBER = {"type": "number_input", "min_value": "1", "max_value": "10"}
WORDS = {"type": "plain_text_input", "min_length": 2, "max_length": 4}
CASES: list[tuple[dict[str, Any], dict[str, Any], str | None]] = [
    (WORDS, {"value": None}, REQUIRED),
    (WORDS, {"value": ""}, REQUIRED),
    (WORDS, {"value": "a"}, "Please enter at least 2 characters."),
    (WORDS, {"value": "abcde"}, "Please enter at most 4 characters."),
    (WORDS, {"value": "abc"}, None),
    (NUMBER, {"value": "x"}, "Please enter a number."),
    (NUMBER, {"value": "nan"}, "Please enter a number."),
    (NUMBER, {"value": "1.5"}, "Please enter a whole number."),
    (NUMBER, {"value": "0"}, "Please enter a number of at least 1."),
    (NUMBER, {"value": "11"}, "Please enter a number of at most 10."),
    (NUMBER, {"value": "10"}, None),
    (NUMBER | {"is_decimal_allowed": True}, {"value": "1.5"}, None),
    ({"type": "static_select"}, {"selected_option": None}, REQUIRED),
    ({"type": "static_select"}, {"selected_option": {"value": "a"}}, None),
    ({"type": "checkboxes"}, {"selected_options": []}, REQUIRED),
    ({"type": "multi_users_select"}, {"selected_users": ["U1"]}, None),
]


def asked(element: dict[str, Any], **more: Any) -> list[dict[str, Any]]:
    question = {"type": "input", "block_id": "b", "element": {"action_id": "a", **element}}
    return [{"type": "divider"}, question | more]


@pytest.mark.parametrize(("element", "answer", "words"), CASES)
def test_a_mistake_is_said_by_its_block(
    element: dict[str, Any], answer: dict[str, Any], words: str | None
) -> None:
    blocks = asked(element)
    values = filled_in(blocks, {"b": {"a": answer}})
    assert mistakes_of(blocks, values) == ({} if words is None else {"b": words})


def test_a_mistake_is_said_in_the_readers_language() -> None:
    blocks = asked(NUMBER)
    values = filled_in(blocks, {"b": {"a": {"value": "11"}}})
    assert mistakes_of(blocks, values, "zh-CN") == {"b": "请输入不大于 10 的数字。"}


def test_what_is_optional_may_be_empty() -> None:
    blocks = asked(WORDS, optional=True)
    assert mistakes_of(blocks, filled_in(blocks, {})) == {}


X = {"value": "x"}
PLACES = {"type": "multi_conversations_select"}
UNTOUCHED: list[tuple[dict[str, Any], dict[str, Any]]] = [
    (WORDS | {"initial_value": "ab"}, {"value": "ab"}),
    (WORDS, {"value": None}),
    ({"type": "radio_buttons", "initial_option": X}, {"selected_option": X}),
    (PLACES, {"selected_conversations": []}),
    (PLACES | {"initial_conversations": ["C1"]}, {"selected_conversations": ["C1"]}),
]


@pytest.mark.parametrize(("element", "sent"), UNTOUCHED)
def test_what_nobody_touched_is_sent_as_it_was_shown(
    element: dict[str, Any], sent: dict[str, Any]
) -> None:
    assert filled_in(asked(element), {}) == {"b": {"a": {"type": element["type"], **sent}}}
