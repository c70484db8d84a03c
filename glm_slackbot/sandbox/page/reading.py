"""Reading an act: every field checked, and every mistake a sentence."""

from __future__ import annotations

from glm_slackbot.sandbox.page.stage import Stage
from glm_slackbot.sandbox.slack_errors import Json
from glm_slackbot.sandbox.slack_message import Message
from glm_slackbot.sandbox.slack_state import Channel
from glm_slackbot.sandbox.slack_view import View


class BadAct(Exception):
    """What no person could do; the words say why."""


def text_of(act: Json, name: str) -> str:
    """A field that must be a string."""
    value = act.get(name)
    if not isinstance(value, str) or not value:
        raise BadAct(f"The act needs “{name}”, a string.")
    return value


def place_of(stage: Stage, act: Json) -> Channel:
    """The channel, which the person is in."""
    place = stage.slack.workspace.channels.get(text_of(act, "channel"))
    if place is None or act["user"] not in place.members:
        raise BadAct(f"There is no channel “{act['channel']}” for {act['user']}.")
    return place


def shown_of(stage: Stage, act: Json) -> Message | View:
    """What holds the pressed element: a message as the person sees it, or a view of theirs."""
    if "view" in act:
        return view_of(stage, act)
    named = act.get("message")
    if not isinstance(named, dict):
        raise BadAct("The act needs “message” with channel and ts, or “view”.")
    channel, ts = text_of(named, "channel"), text_of(named, "ts")
    seen = stage.slack.visible_to(act["user"]).get(channel, [])
    for message in seen:
        if message.ts == ts:
            return message
    raise BadAct("That message is not there any more.")


def view_of(stage: Stage, act: Json) -> View:
    """An open view of the person's."""
    view = stage.slack.workspace.views.get(text_of(act, "view"))
    if view is None or view.user != act["user"] or not view.is_open:
        raise BadAct("That window is not open any more.")
    return view
