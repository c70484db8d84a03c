"""views.*: Home tabs and modals."""

from __future__ import annotations

import json
from typing import Any

from glm_slackbot.sandbox.slack_blocks import VIEW_BLOCKS, FileCheck, check_blocks
from glm_slackbot.sandbox.slack_call import Call, Method
from glm_slackbot.sandbox.slack_errors import Json, SlackError, refused
from glm_slackbot.sandbox.slack_view import View

LARGEST_VIEW = 250_000
_STRINGS = {"private_metadata": 3000, "callback_id": 255, "external_id": 255}
_TITLES = {"title": 24, "submit": 24, "close": 24}
_SWITCHES = {"clear_on_close", "notify_on_close", "submit_disabled"}


async def open_view(call: Call) -> Json:
    """views.open: a trigger opens one modal, within three seconds."""
    content = checked_view(call, call.args["view"], "modal")
    user = call.stand_in.triggers.exchange(call.text("trigger_id"))
    return _shown(call, _kept(call, user, content))


async def publish(call: Call) -> Json:
    """views.publish: one Home a person."""
    user = call.text("user_id")
    if user not in call.stand_in.workspace.users:
        raise SlackError("user_not_found")
    content = checked_view(call, call.args["view"], "home")
    home = call.stand_in.home_of(user)
    if home is None:
        return _shown(call, _kept(call, user, content))
    _check_hash(call, home)
    home.content = content
    return _shown(call, home)


async def update(call: Call) -> Json:
    """views.update by view_id or external_id; a closed view is not found."""
    view = _named_view(call)
    _check_hash(call, view)
    view.content = checked_view(call, call.args["view"], view.type)
    return _shown(call, view)


def checked_view(call: Call, given: Any, surface: str) -> Json:
    """The view with its blocks checked; an odd key, a long title and the like are refused."""
    return _checked(given, surface, call.shows_file)


def shown_instead(given: Any) -> Json:
    """The modal of an answer to a submission, checked in the same way."""
    return _checked(given, "modal", lambda _: False)


def _checked(given: Any, surface: str, file_is_shown: FileCheck) -> Json:
    content = _as_object(given)
    problems = _problems_of(content, surface)
    if problems:
        raise refused("invalid_arguments", problems)
    blocks = check_blocks(content["blocks"], VIEW_BLOCKS, file_is_shown)
    if any(block["type"] == "markdown" for block in blocks):
        raise refused("invalid_blocks", ["unsupported type: markdown"])
    return content | {"blocks": blocks}


def _as_object(given: Any) -> Json:
    try:
        content = json.loads(given) if isinstance(given, str) else given
    except ValueError:
        content = None
    if not isinstance(content, dict):
        raise refused("invalid_arguments", ["view is not a JSON object"])
    if len(json.dumps(content)) > LARGEST_VIEW:
        raise SlackError("view_too_large")
    return content


def _problems_of(content: Json, surface: str) -> list[str]:
    problems = [
        f"invalid additional property: {key}"
        for key in sorted(content.keys() - _allowed_keys(surface))
    ]
    if content.get("type") != surface:
        problems.append(f"type must be {surface}")
    if "blocks" not in content:
        problems.append("missing required field: blocks")
    if surface == "modal":
        problems += _title_problems(content)
    problems += [
        f"{key} must be less than {limit + 1} characters"
        for key, limit in _STRINGS.items()
        if len(str(content.get(key, ""))) > limit
    ]
    return problems


def _allowed_keys(surface: str) -> set[str]:
    common = {"type", "blocks", *_STRINGS}
    return common | _SWITCHES | set(_TITLES) if surface == "modal" else common


def _title_problems(content: Json) -> list[str]:
    problems = [] if "title" in content else ["missing required field: title"]
    inputs = any(b.get("type") == "input" for b in content.get("blocks", []))
    if inputs and "submit" not in content:
        problems.append("missing required field: submit")
    for key in _TITLES.keys() & content.keys():
        words = content[key]
        if not isinstance(words, dict) or words.get("type") != "plain_text":
            problems.append(f"{key} must be plain_text")
        elif not 1 <= len(words.get("text", "")) <= _TITLES[key]:
            problems.append(f"{key} must have 1 to {_TITLES[key]} characters")
    return problems


def _check_hash(call: Call, view: View) -> None:
    if call.text("hash") not in {"", view.hash}:
        raise SlackError("hash_conflict")


def _named_view(call: Call) -> View:
    views = call.stand_in.workspace.views
    external = call.text("external_id")
    for view in views.values():
        named = view.id == call.text("view_id")
        if view.is_open and (named or (external and view.content.get("external_id") == external)):
            return view
    raise SlackError("not_found")


def _kept(call: Call, user: str, content: Json) -> View:
    workspace = call.stand_in.workspace
    view = View(workspace.new_id("V"), user, content)
    workspace.views[view.id] = view
    return view


def _shown(call: Call, view: View) -> Json:
    workspace = call.stand_in.workspace
    shown = view.payload(workspace.team_id, workspace.app_id, workspace.bot_id)
    return {"ok": True, "view": shown}


METHODS: dict[str, Method] = {
    "views.open": open_view,
    "views.publish": publish,
    "views.update": update,
}
