"""What Slack sends of a pressed or chosen element: the entry in ``actions``."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from glm_slackbot.sandbox.slack_errors import Json, UsageError
from glm_slackbot.sandbox.slack_state import SlackWorkspace

Chosen = str | Sequence[str]

_ONE_OPTION = frozenset({"static_select", "overflow", "radio_buttons"})
_SOME_OPTIONS = frozenset({"checkboxes", "multi_static_select"})
_ONE_ID = {
    "users_select": "selected_user",
    "channels_select": "selected_channel",
    "conversations_select": "selected_conversation",
}
_SOME_IDS = {
    "multi_users_select": "selected_users",
    "multi_channels_select": "selected_channels",
    "multi_conversations_select": "selected_conversations",
}


def action_of(block: Json, element: Json, chosen: Chosen, workspace: SlackWorkspace) -> Json:
    """The action. Raises UsageError for a choice that nobody could make there."""
    if block["type"] == "input" and not block.get("dispatch_action"):
        raise UsageError("an input block is told of when its modal is submitted")
    return {
        "type": element["type"],
        "action_id": element["action_id"],
        "block_id": block["block_id"],
        "action_ts": workspace.new_ts(),
        **_choice(element, chosen, workspace),
    }


def _choice(element: Json, chosen: Chosen, workspace: SlackWorkspace) -> Json:
    kind = element["type"]
    if kind == "button":
        return {key: element[key] for key in ("text", "value") if key in element}
    if kind in _ONE_OPTION:
        return {"selected_option": _option(element, _one(chosen))}
    if kind in _SOME_OPTIONS:
        return {"selected_options": [_option(element, one) for one in _some(element, chosen)]}
    if kind in _ONE_ID:
        return {_ONE_ID[kind]: _known([_one(chosen)], workspace)[0]}
    if kind in _SOME_IDS:
        return {_SOME_IDS[kind]: _known(_some(element, chosen), workspace)}
    if kind == "datepicker":
        return {"selected_date": _one(chosen)}
    return {"value": _one(chosen)}


def _one(chosen: Chosen) -> str:
    if not isinstance(chosen, str):
        raise UsageError("one choice is made here, not several")
    return chosen


def _some(element: Json, chosen: Chosen) -> list[str]:
    choices = [chosen] if isinstance(chosen, str) else list(chosen)
    most = element.get("max_selected_items", len(choices))
    if len(choices) > most:
        raise UsageError(f"at most {most} can be chosen")
    return choices


def _option(element: Json, wanted: str) -> Json:
    """By its value or by its words."""
    groups = element.get("option_groups", [])
    options: list[Json] = [*element.get("options", []), *(o for g in groups for o in g["options"])]
    for option in options:
        if wanted in {option["value"], option["text"]["text"]}:
            return option
    raise UsageError(f"{wanted!r} is not among the options")


def _known(ids: Iterable[str], workspace: SlackWorkspace) -> list[str]:
    chosen = list(ids)
    for one in chosen:
        if one not in workspace.users and one not in workspace.channels:
            raise UsageError(f"{one!r} is neither a person nor a place")
    return chosen
