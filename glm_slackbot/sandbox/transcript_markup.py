"""Slack's mrkdwn as a person reads it: entities undone, people and channels by their names."""

from __future__ import annotations

import re

from rich.text import Text

from glm_slackbot.sandbox.slack_state import SLACKBOT, SlackWorkspace

BOT_NAME = "GLM-Image"
_MARKS = re.compile(
    r"`(?P<code>[^`\n]+)`"
    r"|<(?P<wrapped>[^<>\n]+)>"
    r"|(?<![\w*])\*(?P<bold>[^\s*](?:[^*\n]*[^\s*])?)\*(?![\w*])"
    r"|(?<![\w_])_(?P<italic>[^\s_](?:[^_\n]*[^\s_])?)_(?![\w_])"
    r"|(?<![\w~])~(?P<strike>[^\s~](?:[^~\n]*[^\s~])?)~(?![\w~])"
)
_PING = "bold blue"


def read_mrkdwn(words: str, workspace: SlackWorkspace, style: str = "") -> Text:
    """mrkdwn with its looks; a plain terminal shows the same words without them."""
    shown, end = Text(style=style), 0
    for mark in _MARKS.finditer(words):
        shown.append(unescaped(words[end : mark.start()]))
        shown.append_text(_marked(mark, workspace))
        end = mark.end()
    return shown.append(unescaped(words[end:]))


def unescaped(words: str) -> str:
    """Slack's three entities undone, the ampersand last."""
    return words.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def name_of(user: str, workspace: SlackWorkspace) -> str:
    """The name a person, or the bot, goes by."""
    if user == workspace.bot_user_id:
        return BOT_NAME
    if user == SLACKBOT:
        return "Slackbot"
    person = workspace.users.get(user)
    return person.name if person else user


def _marked(mark: re.Match[str], workspace: SlackWorkspace) -> Text:
    kind = str(mark.lastgroup)
    inside = mark[kind]
    if kind == "code":
        return Text(f"`{unescaped(inside)}`", style="cyan")
    if kind == "wrapped":
        return _unwrapped(inside, workspace)
    return read_mrkdwn(inside, workspace, style=kind)


def _unwrapped(inside: str, workspace: SlackWorkspace) -> Text:
    target, _, label = inside.partition("|")
    label = unescaped(label)
    if target.startswith("@"):
        return Text(f"@{name_of(target[1:], workspace)}", style=_PING)
    if target.startswith("#"):
        channel = workspace.channels.get(target[1:])
        return Text(f"#{channel.name if channel else label}", style=_PING)
    if target.startswith("!date^"):
        return Text(label)  # Slack would show the reader's own time
    if target.startswith("!"):
        return Text(f"@{target[1:].partition('^')[0]}", style=_PING)
    address = unescaped(target)
    return Text(f"{label} ({address})" if label and label != address else address, "underline")
