"""The whole state of the page, as one person sees it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from glm_slackbot.sandbox.page.messages import BOT_NAME, messages_json
from glm_slackbot.sandbox.slack_errors import Json
from glm_slackbot.sandbox.slack_people import Person
from glm_slackbot.sandbox.slack_state import Channel
from glm_slackbot.sandbox.slack_view import View

if TYPE_CHECKING:
    from glm_slackbot.sandbox.page.stage import Stage


def state_of(stage: Stage, user: str) -> Json:
    """All but the time, which alone would make every two states differ."""
    slack = stage.slack
    home = slack.home_of(user)
    slack.workspace.bot_dm(user)  # the conversation with the bot is there from the start
    people = [p for p in slack.workspace.users.values() if not p.is_bot]
    places = [c for c in slack.workspace.channels.values() if user in c.members]
    return {
        "me": user,
        "people": [_person(person) for person in people],
        "bot": _bot(stage),
        "weather": stage.weather.as_json(),
        "channels": [_place(place, stage) for place in places],
        "messages": {
            place: messages_json(messages, slack.workspace)
            for place, messages in slack.visible_to(user).items()
        },
        "home": home and {"id": home.id, "blocks": home.content["blocks"]},
        "modals": [_modal(view) for view in slack.opened_views(user)],
    }


def _person(person: Person) -> Json:
    is_guest = person.is_restricted or person.is_ultra_restricted
    is_admin = person.is_admin or person.is_owner or person.is_primary_owner
    role = "guest" if is_guest else "admin" if is_admin else "member"
    return {"id": person.id, "name": person.name, "locale": person.locale, "role": role}


def _bot(stage: Stage) -> Json:
    return {
        "id": stage.slack.workspace.bot_user_id,
        "name": BOT_NAME,
        "running": stage.bot.is_running,
        "starting": stage.bot.is_starting,
        "way": stage.bot.way,
        "restarts": max(0, stage.bot.starts - 1),
    }


def _place(place: Channel, stage: Stage) -> Json:
    return {
        "id": place.id,
        "name": place.name or BOT_NAME,
        "kind": place.kind,
        "bot_is_member": stage.slack.workspace.bot_user_id in place.members,
    }


def _modal(view: View) -> Json:
    return {
        "id": view.id,
        "title": view.content["title"],
        "submit": view.content.get("submit"),
        "close": view.content.get("close"),
        "blocks": view.content["blocks"],
        "notify_on_close": bool(view.content.get("notify_on_close")),
        "root": True,  # the stand-in pushes no view on another
    }
