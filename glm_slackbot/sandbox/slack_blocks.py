"""Refuses blocks that Slack would refuse, with the place of each mistake, as Slack words it."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from typing import Any

from glm_slackbot.sandbox.slack_block_shapes import (
    ALLOWED,
    BLOCKS,
    ELEMENTS,
    OBJECTS,
    RICH_CONTAINERS,
    RICH_LEAVES,
    Shape,
)
from glm_slackbot.sandbox.slack_errors import Json, SlackError, refused

MESSAGE_BLOCKS = 50
VIEW_BLOCKS = 100
#: tells whether a `slack_file` is one that Slack has processed and can show
FileCheck = Callable[[Json], bool]


def check_blocks(given: Any, limit: int, file_is_shown: FileCheck) -> list[Json]:
    """The blocks as a list with every block_id filled in, or `invalid_blocks`."""
    blocks = _as_list(given)
    problems = _Problems(file_is_shown)
    problems.check_count(blocks, limit, "/blocks")
    for index, block in enumerate(blocks):
        problems.check_block(block, f"/blocks/{index}")
    if not problems.found:
        problems.check_ids(blocks)
    if problems.found:
        raise refused("invalid_blocks", problems.found)
    return [_with_ids(block) for block in blocks]


def _as_list(given: Any) -> list[Any]:
    if isinstance(given, str):
        try:
            given = json.loads(given)
        except ValueError:
            raise SlackError("invalid_blocks_format") from None
    if not isinstance(given, list):
        raise SlackError("invalid_blocks_format")
    return given


def _with_ids(block: Json) -> Json:
    """Slack names what the app left unnamed."""
    filled: Json = {"block_id": secrets.token_hex(3)} | block
    for key in {"accessory", "element"} & block.keys():
        filled[key] = _named(block[key])
    if block["type"] == "actions":
        filled["elements"] = [_named(element) for element in block["elements"]]
    return filled


def _named(element: Json) -> Json:
    return element if element["type"] == "image" else {"action_id": secrets.token_hex(3)} | element


class _Problems:
    """Walks the blocks and keeps what is wrong, each with its JSON pointer."""

    def __init__(self, file_is_shown: FileCheck) -> None:
        self.found: list[str] = []
        self._file_is_shown = file_is_shown

    def add(self, what: str, where: str) -> None:
        self.found.append(f"{what} [json-pointer:{where}]")

    def check_count(self, items: Any, limit: int, where: str) -> None:
        if not isinstance(items, list):
            self.add("must be an array", where)
        elif len(items) > limit:
            self.add(f"no more than {limit} items allowed", where)

    def check_block(self, block: Any, where: str) -> None:
        kind = block.get("type") if isinstance(block, dict) else None
        shape = BLOCKS.get(str(kind))
        if shape is None:
            self.add(f"unsupported type: {kind}", where)
            return
        self.check_shape(block, shape, where)
        self._check_inside(block, where)

    def _check_inside(self, block: Json, where: str) -> None:
        match block["type"]:
            case "actions" | "context" as kind:
                self._check_elements(block.get("elements"), ALLOWED[kind], f"{where}/elements")
            case "input":
                self._check_element(block.get("element"), ALLOWED["input"], f"{where}/element")
            case "section":
                self._check_section(block, where)
            case "rich_text":
                self._check_rich(block.get("elements"), f"{where}/elements")

    def _check_section(self, block: Json, where: str) -> None:
        fields = block.get("fields")
        for index, text in enumerate(fields if isinstance(fields, list) else []):
            self._check_text(text, 2000, f"{where}/fields/{index}")
        if "accessory" in block:
            allowed = ALLOWED["accessory"]
            self._check_element(block["accessory"], allowed, f"{where}/accessory")

    def _check_elements(self, elements: Any, allowed: frozenset[str], where: str) -> None:
        if not elements or not isinstance(elements, list):
            self.add("must have at least 1 element", where)
            return
        for index, element in enumerate(elements):
            self._check_element(element, allowed, f"{where}/{index}")

    def _check_element(self, element: Any, allowed: frozenset[str], where: str) -> None:
        kind = element.get("type") if isinstance(element, dict) else None
        if kind not in allowed:
            self.add(f"unsupported type: {kind}", where)
        elif kind in {"mrkdwn", "plain_text"}:
            self._check_text(element, 2000, where)
        else:
            self.check_shape(element, ELEMENTS[kind], where)
            self._check_initial(element, where)

    def _check_initial(self, element: Json, where: str) -> None:
        offered = element.get("options", [])
        for group in element.get("option_groups", []):
            offered = offered + group.get("options", [])
        chosen = [element["initial_option"]] if "initial_option" in element else []
        if any(option not in offered for option in chosen + element.get("initial_options", [])):
            self.add("initial option is not among the options", where)
        if element.get("style", "primary") not in {"primary", "danger"}:
            self.add("style must be primary or danger", where)

    def check_shape(self, part: Any, shape: Shape, where: str) -> None:
        if not isinstance(part, dict):
            self.add("must be an object", where)
            return
        for missing in sorted(shape.required - part.keys()):
            self.add(f"missing required field: {missing}", where)
        for odd in sorted(part.keys() - shape.keys):
            self.add(f"invalid additional property: {odd}", where)
        if shape.one_of and not shape.one_of & part.keys():
            self.add(f"needs one of {sorted(shape.one_of)}", where)
        for key in part.keys() & shape.keys:
            self._check_value(part[key], key, shape, f"{where}/{key}")

    def _check_value(self, value: Any, key: str, shape: Shape, where: str) -> None:
        if key in shape.texts:
            self._check_text(value, shape.texts[key], where, plain=key in shape.plain)
        elif key in shape.strings:
            self._check_string(value, shape.strings[key], where)
        elif key in shape.lists:
            self.check_count(value, shape.lists[key], where)
            self._check_options(value, key, where)
        elif key in shape.parts:
            self.check_shape(value, OBJECTS[shape.parts[key]], where)
        elif key == "slack_file" and not self._file_is_shown(value):
            self.add("invalid slack file", where)

    def _check_options(self, value: Any, key: str, where: str) -> None:
        if key not in {"options", "option_groups"} or not isinstance(value, list):
            return
        if not value:
            self.add("must have at least 1 option", where)
        for index, option in enumerate(value):
            self.check_shape(option, OBJECTS[key.removesuffix("s")], f"{where}/{index}")

    def _check_text(self, text: Any, limit: int, where: str, *, plain: bool = False) -> None:
        kind = text.get("type") if isinstance(text, dict) else None
        extra = {"plain_text": "emoji", "mrkdwn": "verbatim"}.get(str(kind))
        if extra is None or (plain and kind == "mrkdwn"):
            self.add("must be a text object of the right type", where)
            return
        for odd in sorted(text.keys() - {"type", "text", extra}):
            self.add(f"invalid additional property: {odd}", where)
        self._check_string(text.get("text"), limit, f"{where}/text", least=1)

    def _check_string(self, value: Any, limit: int, where: str, *, least: int = 0) -> None:
        if not isinstance(value, str):
            self.add("must be a string", where)
        elif len(value) > limit:
            self.add(f"must be less than {limit + 1} characters", where)
        elif len(value) < least:
            self.add(f"must be more than {least - 1} characters", where)

    def _check_rich(self, elements: Any, where: str) -> None:
        for index, given in enumerate(elements if isinstance(elements, list) else [None]):
            part: Json = given if isinstance(given, dict) else {}
            kind = part.get("type")
            if kind in RICH_CONTAINERS:
                self._check_rich(part.get("elements"), f"{where}/{index}/elements")
            elif part.get(RICH_LEAVES.get(str(kind), "")) in (None, ""):
                self.add(f"not a rich text element: {kind}", f"{where}/{index}")

    def check_ids(self, blocks: list[Json]) -> None:
        seen: set[str] = set()
        for index, block in enumerate(blocks):
            block_id = block.get("block_id")
            if block_id in seen:
                self.add(f"block_id already exists: {block_id}", f"/blocks/{index}")
            seen |= {block_id} if block_id else set()
            actions = [e["action_id"] for e in block.get("elements", []) if "action_id" in e]
            for action_id in {a for a in actions if actions.count(a) > 1}:
                self.add(f"action_id already exists: {action_id}", f"/blocks/{index}")
