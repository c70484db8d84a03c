"""Words typed on the page: a command, a mention, a direct message, an invitation."""

from __future__ import annotations

import asyncio
import re

from glm_slackbot.sandbox.page.reading import BadAct, place_of, text_of
from glm_slackbot.sandbox.page.stage import Stage
from glm_slackbot.sandbox.slack_errors import Json
from glm_slackbot.sandbox.slack_message import Message
from glm_slackbot.sandbox.slack_state import SLACKBOT, Channel

COMMAND = "/imagine"
_COMMAND = re.compile(r"(?P<name>/[a-z][\w-]*)(?!\S)\s*(?P<words>.*)", re.DOTALL | re.IGNORECASE)


async def say(stage: Stage, act: Json) -> Json:
    """Whatever was typed into the input."""
    place, typed = place_of(stage, act), text_of(act, "text").strip()
    if not typed:
        raise BadAct("There is nothing to send.")
    thread_ts = _thread_of(act, place)
    if command := _COMMAND.fullmatch(typed):
        return await _command(stage, act, command["name"].lower(), command["words"], thread_ts)
    _send(stage, typed, act["user"], place, thread_ts)
    await asyncio.sleep(0)  # it is posted; what Slack tells the bot of it takes its time
    return {}


async def invite(stage: Stage, act: Json) -> Json:
    """/invite @bot."""
    place = place_of(stage, act)
    if place.kind not in ("public", "private"):
        raise BadAct("Nobody can be invited to a direct message.")
    stage.slack.invite_bot(place.id)
    return {}


async def _command(stage: Stage, act: Json, name: str, words: str, thread_ts: str | None) -> Json:
    if name == "/invite":
        return await invite(stage, act)
    if name != COMMAND:
        raise BadAct(f"{name} is not a command here, only {COMMAND} and /invite are.")
    if thread_ts is not None:
        raise BadAct(f"{COMMAND} is not supported in threads.")
    await stage.slack.command(words, user=act["user"], channel=act["channel"])
    return {}


def _send(stage: Stage, typed: str, user: str, place: Channel, thread_ts: str | None) -> None:
    slack = stage.slack
    bot = slack.workspace.bot_user_id
    if place.kind == "im" and bot in place.members:
        slack.in_background(slack.direct_message(typed, user=user, thread_ts=thread_ts))
        return
    slack.in_background(_mention(stage, typed, user=user, place=place, thread_ts=thread_ts))


async def _mention(
    stage: Stage, typed: str, *, user: str, place: Channel, thread_ts: str | None
) -> None:
    slack = stage.slack
    bot = slack.workspace.bot_user_id
    message = await slack.mention(typed, user=user, channel=place.id, thread_ts=thread_ts)
    if f"<@{bot}>" in message.text and bot not in place.members:
        words = f"You mentioned <@{bot}>, who is not in this channel and was not told of it."
        ts = slack.workspace.new_ts()
        slack.workspace.post(
            Message(place.id, ts, SLACKBOT, words, thread_ts=thread_ts, only_for=user)
        )


def _thread_of(act: Json, place: Channel) -> str | None:
    """The thread's first message, which is there."""
    ts = act.get("thread_ts")
    if ts is None:
        return None
    if not any(m.ts == ts and m.thread_ts in (None, ts) for m in place.messages):
        raise BadAct("That thread is not there any more.")
    return str(ts)
