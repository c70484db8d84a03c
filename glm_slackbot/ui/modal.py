"""Modals: a form, or words where a form was."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from glm_slackbot.texts import text
from glm_slackbot.ui.blocks import Element, plain, section
from glm_slackbot.ui.card import Block, Card
from glm_slackbot.ui.words import Markup

View = dict[str, Any]


def words_view(title: str, locale: str, *sentences: Markup, more: Iterable[Block] = ()) -> View:
    """A modal that says something, and asks nothing."""
    return _modal(title, locale, [*(section(words) for words in sentences), *more])


def card_view(view: View, card: Card) -> View:
    """The same of a card, such as that of an error, under a view's title."""
    return {**view, "blocks": list(card.blocks)}


def form_view(
    title: str, locale: str, *, callback_id: str, submit: str, blocks: Iterable[Block]
) -> View:
    """A modal to fill in. It carries nothing that a submission could be believed by."""
    asks = {"callback_id": callback_id, "submit": plain(submit)}
    return {**_modal(title, locale, blocks), **asks}


def field(
    name: str, label: str, element: Element, *, hint: str = "", optional: bool = True
) -> Block:
    """One question of a form; its answer and its mistakes go by its name."""
    hints = {"hint": plain(hint)} if hint else {}
    return {
        "type": "input",
        "block_id": name,
        "label": plain(label),
        "element": {"action_id": f"glm_slackbot.{name}", **element},
        "optional": optional,
        **hints,
    }


def option(value: str, words: str) -> Element:
    """One of several answers."""
    return {"value": value, "text": plain(words)}


def one_of(kind: str, options: list[Element], chosen: str | None) -> Element:
    """A menu or radio buttons, with one of the answers chosen if it is among them."""
    initial = next((answer for answer in options if answer["value"] == chosen), None)
    return {"type": kind, "options": options, **({"initial_option": initial} if initial else {})}


def ticks(options: list[Element], ticked: Iterable[str]) -> Element:
    """Checkboxes; Slack refuses an empty list of ticked ones."""
    initial = [answer for answer in options if answer["value"] in set(ticked)]
    chosen = {"initial_options": initial} if initial else {}
    return {"type": "checkboxes", "options": options, **chosen}


def _modal(title: str, locale: str, blocks: Iterable[Block]) -> View:
    return {
        "type": "modal",
        "title": plain(title),
        "close": plain(text("admin.close", locale)),
        "blocks": list(blocks),
    }
