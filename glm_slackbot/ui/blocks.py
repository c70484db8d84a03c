"""The few Block Kit blocks our cards are made of."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from glm_slackbot.ui.card import Block
from glm_slackbot.ui.words import Markup

Element = dict[str, Any]

SECTION_LIMIT = 3000
"""Characters of a text object, as Slack counts them: after escaping."""


def section(words: Markup) -> Block:
    """A paragraph of ours."""
    return {"type": "section", "text": _markup(words)}


def quote(words: str) -> Block:
    """Someone's words as they were typed; a rich text shows them literally."""
    text = {"type": "text", "text": words[:SECTION_LIMIT]}
    return {"type": "rich_text", "elements": [{"type": "rich_text_quote", "elements": [text]}]}


def context(lines: Iterable[str]) -> Block:
    """Small print, at most ten lines: Markup as mrkdwn, any other words literally."""
    return {"type": "context", "elements": [_small(line) for line in lines]}


def actions(*buttons: Element) -> Block:
    """A row of buttons."""
    return {"type": "actions", "elements": list(buttons)}


def button(label: str, action_id: str, value: str, **looks: object) -> Element:
    """A button that carries an id of ours and nothing else."""
    return {
        "type": "button",
        "text": plain(label),
        "action_id": action_id,
        "value": value,
        **looks,
    }


def plain(words: str) -> Element:
    """Words that Slack shows literally, ``:smile:`` included."""
    return {"type": "plain_text", "text": words, "emoji": False}


def _markup(words: Markup) -> Element:
    return {"type": "mrkdwn", "text": cut(words)}


def _small(line: str) -> Element:
    return _markup(line) if isinstance(line, Markup) else plain(line[:SECTION_LIMIT])


def cut(words: Markup, limit: int = SECTION_LIMIT) -> Markup:
    """Mrkdwn within Slack's limit, never cut inside an escape or a link of ours."""
    if len(words) <= limit:
        return words
    start = words[: limit - 1]
    for opening, closing in (("<", ">"), ("&", ";")):
        if start.rfind(opening) > start.rfind(closing):
            start = start[: start.rfind(opening)]
    return Markup(f"{start}…")
