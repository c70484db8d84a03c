"""Buttons, menus and modals, pressed on the page."""

from __future__ import annotations

from glm_slackbot.sandbox.page.bot_process import BotDown
from glm_slackbot.sandbox.page.form import filled_in, mistakes_of
from glm_slackbot.sandbox.page.reading import BadAct, shown_of, text_of, view_of
from glm_slackbot.sandbox.page.stage import Stage
from glm_slackbot.sandbox.slack_actions import Chosen
from glm_slackbot.sandbox.slack_errors import Json
from glm_slackbot.sandbox.slack_parcel import Answer

TROUBLE = "We had some trouble connecting. Try again?"
"""As Slack says it in a modal."""
REPLACED = "The bot has just replaced this. Press again on what is there now."


async def press(stage: Stage, act: Json) -> Json:
    """A button, or a choice in a menu."""
    shown, value = shown_of(stage, act), _chosen(act)
    action_id, block_id = text_of(act, "action_id"), text_of(act, "block_id")
    if block_id not in {block["block_id"] for block in shown.blocks}:
        raise BadAct(REPLACED)
    answer = await stage.slack.press(
        shown, action_id, user=act["user"], value=value, block_id=block_id
    )
    _check(answer, "Slack shows a warning sign beside the button: the app did not answer.")
    return {}


async def submit(stage: Stage, act: Json) -> Json:
    """A modal; ``errors`` by block_id where it stays open."""
    view, given = view_of(stage, act), act.get("values")
    if not isinstance(given, dict):
        raise BadAct("The act needs “values”, by block_id and action_id.")
    try:
        values = filled_in(view.blocks, given)
    except ValueError as unknown:
        raise BadAct(str(unknown)) from None
    locale = stage.slack.workspace.users[act["user"]].locale
    if mistakes := mistakes_of(view.blocks, values, locale):
        return {"errors": mistakes}
    answer = await stage.slack.submit(view, values, user=act["user"])
    _check(answer, TROUBLE)
    said = answer.json if isinstance(answer.json, dict) else {}
    return {"errors": said["errors"]} if said.get("response_action") == "errors" else {}


async def close(stage: Stage, act: Json) -> Json:
    """A modal; the bot hears of it where it asked for that."""
    await stage.slack.close_view(view_of(stage, act), user=act["user"])
    return {}


def _chosen(act: Json) -> Chosen:
    value = act.get("value")
    if value is None:
        return ""
    is_list = isinstance(value, list) and all(isinstance(one, str) for one in value)
    if not is_list and not isinstance(value, str):
        raise BadAct("“value” is the chosen option's value, or a list of them.")
    chosen: Chosen = value
    return chosen


def _check(answer: Answer, words: str) -> None:
    if not answer.ok:
        reason = answer.error or f"HTTP {answer.status}"
        raise BotDown(f"{words} ({reason})")
