"""The shapes of Slack's payloads, as far as Bolt, our listeners and the rows lean on them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any, Final
from urllib.parse import parse_qsl


class Misshapen(ValueError):
    """Signed, and still nothing that Slack sends; says what is odd without quoting it."""


def check_payload(body: bytes, content_type: str) -> None:
    """Raises Misshapen for what Bolt or our listeners would stumble over."""
    try:
        words = body.decode("utf-8")
    except UnicodeDecodeError:
        raise Misshapen("not UTF-8") from None
    if content_type == "application/json" or words.startswith("{"):
        _check_event(_object(words))
        return
    form = dict(parse_qsl(words, keep_blank_values=True))
    if "payload" in form:
        _check_interaction(_object(form["payload"]))
    elif "ssl_check" not in form:
        _need(form, "command", "trigger_id", "user_id", "channel_id")
        _check_shape(form, _IDS)


def _object(words: str) -> dict[str, Any]:
    try:
        value = json.loads(words)
    except (ValueError, RecursionError):
        raise Misshapen("broken JSON") from None
    if not isinstance(value, dict):
        raise Misshapen("JSON is not an object")
    return value


def _check_event(payload: dict[str, Any]) -> None:
    if payload.get("type") != "event_callback":
        return
    event = payload.get("event")
    if not isinstance(event, dict) or not isinstance(event.get("type"), str):
        raise Misshapen("no event in it")
    _check_shape(payload, _EVENT_ENVELOPE)
    for part in (payload, event, *(payload.get("authorizations") or ())):
        _check_shape(part, _ANYWHERE)
    _check_shape(event, _EVENT)
    if event["type"] == "app_home_opened":
        _need(event, "user")
        _check_shape(event, {"user": _is_id})


def _check_interaction(payload: dict[str, Any]) -> None:
    _need(payload, "type", "user")
    if not isinstance(payload["user"], dict) or "id" not in payload["user"]:
        raise Misshapen("no user in it")
    _check_shape(payload, _INTERACTION)
    for part in ("user", "team", "enterprise", "channel", "container", "message", "view"):
        _check_shape(payload.get(part) or {}, _IDS)
    if payload["type"] == "block_actions":
        actions = payload.get("actions")
        if not (isinstance(actions, list) and actions and isinstance(actions[0], dict)):
            raise Misshapen("no action in it")
        _need(actions[0], "action_id")
        _check_shape(actions[0], _ACTION)


def _is_id(value: Any) -> bool:
    """Text that a database takes: neither a NUL nor half a character."""
    return isinstance(value, str) and "\0" not in value and not _HALF.search(value)


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_object(value: Any) -> bool:
    return isinstance(value, dict)


def _is_id_or_object(value: Any) -> bool:
    return _is_id(value) or (isinstance(value, dict) and _is_id(value.get("id", "")))


def _are_objects(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(entry, dict) for entry in value)


_HALF: Final = re.compile("[\ud800-\udfff]")

Shape = Mapping[str, Callable[[Any], bool]]
"""By name what a value must be, where there is one."""

_IDS: Final[Shape] = dict.fromkeys(
    (
        "id",
        "team_id",
        "enterprise_id",
        "app_installed_team_id",
        "user_id",
        "channel_id",
        "message_ts",
        "thread_ts",
        "ts",
        "trigger_id",
        "response_url",
    ),
    _is_id,
)
_ANYWHERE: Final[Shape] = {
    **_IDS,
    **dict.fromkeys(("user", "channel", "team", "enterprise"), _is_id_or_object),
}
_EVENT_ENVELOPE: Final[Shape] = {"authorizations": _are_objects, "response_urls": _are_objects}
_EVENT: Final[Shape] = {"text": _is_text, "subtype": _is_id, "view": _is_object}
_INTERACTION: Final[Shape] = {
    **_IDS,
    "type": _is_id,
    "callback_id": _is_id,
    "response_urls": _are_objects,
    **dict.fromkeys(("team", "enterprise", "channel", "container", "message", "view"), _is_object),
}
_NEVER_NULL: Final = frozenset({"response_urls"})
_ACTION: Final[Shape] = dict.fromkeys(("action_id", "block_id", "action_ts", "value"), _is_id)


def _check_shape(part: Mapping[str, Any], shape: Shape) -> None:
    for name, is_fine in shape.items():
        value = part.get(name)
        may_be = value is None and not (name in part and name in _NEVER_NULL)
        if not (may_be or is_fine(value)):
            raise Misshapen(f"{name} of another kind")


def _need(payload: Mapping[str, Any], *names: str) -> None:
    missing = [name for name in names if not payload.get(name)]
    if missing:
        raise Misshapen(f"no {missing[0]} in it")
