"""A modal's form as Slack's own client treats it: filled in whole, and checked first."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from glm_slackbot.sandbox.slack_errors import Json

_ENGLISH = {
    "required": "Please complete this required field.",
    "min_length": "Please enter at least {} characters.",
    "max_length": "Please enter at most {} characters.",
    "number": "Please enter a number.",
    "whole": "Please enter a whole number.",
    "min_value": "Please enter a number of at least {}.",
    "max_value": "Please enter a number of at most {}.",
}
_CHINESE = {
    "required": "请填写此必填字段。",
    "min_length": "请至少输入 {} 个字符。",
    "max_length": "请最多输入 {} 个字符。",
    "number": "请输入数字。",
    "whole": "请输入整数。",
    "min_value": "请输入不小于 {} 的数字。",
    "max_value": "请输入不大于 {} 的数字。",
}
LONGEST = 3000
_TYPED = frozenset({"plain_text_input", "number_input", "url_text_input", "email_text_input"})
_PICKED = {
    "static_select": "selected_option",
    "radio_buttons": "selected_option",
    "checkboxes": "selected_options",
    "multi_static_select": "selected_options",
    "users_select": "selected_user",
    "multi_users_select": "selected_users",
    "channels_select": "selected_channel",
    "multi_channels_select": "selected_channels",
    "conversations_select": "selected_conversation",
    "multi_conversations_select": "selected_conversations",
    "datepicker": "selected_date",
}
_LISTS = frozenset({"selected_options", "selected_users", "selected_channels"}) | {
    "selected_conversations"
}


def filled_in(blocks: list[Json], given: Json) -> Json:
    """``state.values`` of every question; those nothing was said about stay as they were shown.

    Raises ValueError for an answer to a question that is not there.
    """
    values: Json = {}
    for block in _questions(blocks):
        element = block["element"]
        name = _name_of(element)
        before: Json = {"type": element["type"], name: _before(element, name)}
        answers = given.get(block["block_id"]) or {}
        answer = answers.get(element["action_id"]) or {}
        values[block["block_id"]] = {element["action_id"]: before | answer}
    if unknown := given.keys() - values.keys():
        raise ValueError(f"The form asks for nothing called {', '.join(sorted(unknown))}.")
    return values


def mistakes_of(blocks: list[Json], values: Json, locale: str = "en-US") -> dict[str, str]:
    """What keeps Slack from sending it, by block_id."""
    found, words = {}, _CHINESE if locale.startswith("zh") else _ENGLISH
    for block in _questions(blocks):
        element = block["element"]
        answer = values[block["block_id"]][element["action_id"]]
        mistake = _mistake(block, element, answer.get(_name_of(element)))
        if mistake:
            found[block["block_id"]] = words[mistake].format(element.get(mistake, LONGEST))
    return found


def _questions(blocks: list[Json]) -> Iterator[Json]:
    return (block for block in blocks if block["type"] == "input")


def _name_of(element: Json) -> str:
    return "value" if element["type"] in _TYPED else _PICKED[element["type"]]


def _before(element: Json, name: str) -> Any:
    initial = "initial_value" if name == "value" else name.replace("selected", "initial")
    return element.get(initial, [] if name in _LISTS else None)


def _mistake(block: Json, element: Json, answer: Any) -> str | None:
    if answer in (None, "", []):
        return None if block.get("optional") else "required"
    if element["type"] == "number_input":
        return _number_mistake(element, str(answer))
    if element["type"] not in _TYPED:
        return None
    if len(str(answer)) < element.get("min_length", 0):
        return "min_length"
    return "max_length" if len(str(answer)) > element.get("max_length", LONGEST) else None


def _number_mistake(element: Json, answer: str) -> str | None:
    number = _number(answer)
    if number is None:
        return "number"
    if not element.get("is_decimal_allowed") and not number.is_integer():
        return "whole"
    least, most = element.get("min_value"), element.get("max_value")
    if least is not None and number < float(least):
        return "min_value"
    return "max_value" if most is not None and number > float(most) else None


def _number(answer: str) -> float | None:
    try:
        number = float(answer)
    except ValueError:
        return None
    return number if math.isfinite(number) else None
