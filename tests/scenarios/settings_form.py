"""The form of the settings, as an admin opens it, fills it in and saves it."""

from __future__ import annotations

from typing import Any

from glm_slackbot.sandbox.slack_parcel import Answer
from glm_slackbot.sandbox.slack_view import View
from glm_slackbot.sandbox.world import World
from glm_slackbot.ui import actions

from .administering import ADMIN, open_from_home, see_modal

SAVED = "This holds from now on"


async def open_settings(world: World, user: str = ADMIN) -> View:
    return await open_from_home(world, actions.SETTINGS, actions.SETTINGS_VIEW, user)


async def save(world: World, words: str = SAVED, **changes: Any) -> View:
    await submit(world, await open_settings(world), **changes)
    return await see_modal(world, words)


async def submit(world: World, view: View, **changes: Any) -> Answer:
    return await world.slack.submit(view, filled_in(view, changes), user=ADMIN)


def filled_in(view: View, changes: dict[str, Any]) -> dict[str, Any]:
    """The form's answers as Slack sends them: what was there, and what somebody changes."""
    return {
        block["block_id"]: {element["action_id"]: _answer(element, block["block_id"], changes)}
        for block in view.content["blocks"]
        if block["type"] == "input"
        for element in [block["element"]]
    }


def _answer(element: dict[str, Any], name: str, changes: dict[str, Any]) -> dict[str, Any]:
    kind, new = element["type"], changes.get(name)
    given: dict[str, Any] = {"type": kind}
    if kind == "static_select":
        return given | {"selected_option": {"value": new} if new else element["initial_option"]}
    if kind == "checkboxes":
        ticked = element.get("initial_options", [])
        return given | {"selected_options": [{"value": v} for v in new] if new else ticked}
    if kind == "multi_conversations_select":
        return given | {"selected_conversations": new or element.get("initial_conversations", [])}
    return given | {"value": element.get("initial_value") if new is None else new or None}
