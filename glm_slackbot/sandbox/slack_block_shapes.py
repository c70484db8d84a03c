"""Block Kit as tables: what each block, element and object may hold, and how much of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Shape:
    """One kind of part. Lengths are characters, `lists` counts elements.

    `texts` are text objects (the limit; `plain` lists those that must be plain_text), `strings`
    bare strings, `parts` other objects by the name of their shape, `free` keys without a rule.
    """

    required: frozenset[str] = frozenset()
    texts: Mapping[str, int] = field(default_factory=dict)
    plain: frozenset[str] = frozenset()
    strings: Mapping[str, int] = field(default_factory=dict)
    lists: Mapping[str, int] = field(default_factory=dict)
    parts: Mapping[str, str] = field(default_factory=dict)
    free: frozenset[str] = frozenset()
    one_of: frozenset[str] = frozenset()

    @property
    def keys(self) -> frozenset[str]:
        named = (self.texts, self.strings, self.lists, self.parts, self.free)
        return frozenset().union(*named) | {"type"}


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_ID = {"block_id": 255}

BLOCKS: Mapping[str, Shape] = {
    "section": Shape(
        texts={"text": 3000},
        strings=_ID,
        lists={"fields": 10},
        free=_set("accessory expand"),
        one_of=_set("text fields"),
    ),
    "divider": Shape(strings=_ID),
    "header": Shape(_set("text"), texts={"text": 150}, plain=_set("text"), strings=_ID),
    "context": Shape(_set("elements"), strings=_ID, lists={"elements": 10}),
    "actions": Shape(_set("elements"), strings=_ID, lists={"elements": 25}),
    "image": Shape(
        _set("alt_text"),
        texts={"title": 2000},
        plain=_set("title"),
        strings=_ID | {"image_url": 3000, "alt_text": 2000},
        free=_set("slack_file"),
        one_of=_set("image_url slack_file"),
    ),
    "input": Shape(
        _set("label element"),
        texts={"label": 2000, "hint": 2000},
        plain=_set("label hint"),
        strings=_ID,
        free=_set("element optional dispatch_action"),
    ),
    "rich_text": Shape(_set("elements"), strings=_ID, free=_set("elements")),
    "markdown": Shape(_set("text"), strings=_ID | {"text": 12000}),
}

_ELEMENT = {"action_id": 255}
_COMMON = _set("focus_on_load")
_CONFIRM = {"confirm": "confirm"}


def _menu(options: int, *initial: str, groups: int = 0) -> Shape:
    lists = {"options": options} | ({"option_groups": groups} if groups else {})
    return Shape(
        one_of=frozenset(lists),
        texts={"placeholder": 150},
        plain=_set("placeholder"),
        strings=_ELEMENT,
        lists=lists,
        parts=_CONFIRM,
        free=_COMMON | frozenset(initial),
    )


def _picker(*free: str) -> Shape:
    return Shape(
        texts={"placeholder": 150},
        plain=_set("placeholder"),
        strings=_ELEMENT,
        parts=_CONFIRM,
        free=_COMMON | frozenset(free),
    )


def _typed(*free: str, **strings: int) -> Shape:
    return Shape(
        texts={"placeholder": 150},
        plain=_set("placeholder"),
        strings=_ELEMENT | strings,
        free=_COMMON | _set("dispatch_action_config") | frozenset(free),
    )


ELEMENTS: Mapping[str, Shape] = {
    "button": Shape(
        _set("text"),
        texts={"text": 75},
        plain=_set("text"),
        strings=_ELEMENT | {"url": 3000, "value": 2000, "accessibility_label": 75},
        parts=_CONFIRM,
        free=_set("style"),
    ),
    "image": Shape(
        _set("alt_text"),
        strings={"image_url": 3000, "alt_text": 2000},
        free=_set("slack_file"),
        one_of=_set("image_url slack_file"),
    ),
    "overflow": Shape(_set("options"), strings=_ELEMENT, lists={"options": 5}, parts=_CONFIRM),
    "static_select": _menu(100, "initial_option", groups=100),
    "multi_static_select": _menu(100, "initial_options", "max_selected_items", groups=100),
    "radio_buttons": _menu(10, "initial_option"),
    "checkboxes": _menu(10, "initial_options"),
    "users_select": _picker("initial_user"),
    "multi_users_select": _picker("initial_users", "max_selected_items"),
    "channels_select": _picker("initial_channel", "response_url_enabled"),
    "multi_channels_select": _picker("initial_channels", "max_selected_items"),
    "conversations_select": _picker(
        "initial_conversation", "default_to_current_conversation", "response_url_enabled", "filter"
    ),
    "multi_conversations_select": _picker(
        "initial_conversations", "default_to_current_conversation", "max_selected_items", "filter"
    ),
    "datepicker": _picker("initial_date"),
    "plain_text_input": _typed("multiline", "min_length", "max_length", initial_value=3000),
    "number_input": _typed("is_decimal_allowed", "min_value", "max_value", initial_value=100),
    "url_text_input": _typed(initial_value=3000),
    "email_text_input": _typed(initial_value=3000),
}

OBJECTS: Mapping[str, Shape] = {
    "option": Shape(
        _set("text value"),
        texts={"text": 75, "description": 75},
        strings={"value": 75, "url": 3000},
    ),
    "option_group": Shape(
        _set("label options"), texts={"label": 75}, plain=_set("label"), lists={"options": 100}
    ),
    "confirm": Shape(
        _set("title text confirm deny"),
        texts={"title": 100, "text": 300, "confirm": 30, "deny": 30},
        plain=_set("title confirm deny"),
        free=_set("style"),
    ),
}

_CHOSEN = frozenset(ELEMENTS) - {"image"}
_INPUTS = _CHOSEN - {"button", "overflow"}
_INPUT_ONLY = _set("plain_text_input number_input url_text_input email_text_input")

#: which elements may stand where
ALLOWED: Mapping[str, frozenset[str]] = {
    "actions": _CHOSEN - (_INPUT_ONLY - {"plain_text_input"}),
    "accessory": frozenset(ELEMENTS) - _INPUT_ONLY,
    "input": _INPUTS,
    "context": _set("image mrkdwn plain_text"),
}

#: rich text: containers hold leaves or containers, leaves must carry these keys
RICH_CONTAINERS = _set("rich_text_section rich_text_list rich_text_preformatted rich_text_quote")
RICH_LEAVES: Mapping[str, str] = {
    "text": "text",
    "link": "url",
    "user": "user_id",
    "channel": "channel_id",
    "usergroup": "usergroup_id",
    "broadcast": "range",
    "emoji": "name",
    "date": "timestamp",
    "color": "value",
}
