"""Sentences as mrkdwn: whatever is put into one can neither ping nor make a link."""

from __future__ import annotations

import math
from datetime import UTC, datetime

from glm_slackbot.domain.errors import BotError
from glm_slackbot.domain.forgotten import is_mark
from glm_slackbot.domain.workspace import MICROS
from glm_slackbot.texts import in_language, listed, text

MINUTE = 60
"""Seconds; Slack shows moments by the minute."""


class Markup(str):
    """Mrkdwn of our own making, such as a person or a date: passed on as it is."""

    __slots__ = ()


def say(text_id: str, locale: str, /, **params: object) -> Markup:
    """The sentence as mrkdwn: parameters escaped, a time ``*_at`` in the reader's zone, money
    ``*_micros`` in the sentence's ``currency``, ``channels`` as Slack shows them.
    """
    currency = str(params.get("currency") or "")
    safe = {name: _safe(name, value, locale, currency) for name, value in params.items()}
    return Markup(text(text_id, locale, **safe))


def error_words(error: BotError, locale: str) -> Markup:
    """What an error says to a person, as mrkdwn."""
    return say(error.text_id, locale, **error.params)


def joined(locale: str, *sentences: str | None) -> Markup:
    """Sentences one after another, with the space between them that the language wants."""
    space = "" if locale == "zh" else " "
    return Markup(space.join(sentence for sentence in sentences if sentence))


def escape(words: str) -> Markup:
    """Someone's words for a mrkdwn sink; Slack asks for these three and no others."""
    return Markup(words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"))


def person(user_id: str) -> Markup:
    """A person, shown by Slack under the name the reader knows; who is forgotten has none."""
    if is_mark(user_id):
        return escape(user_id)
    return Markup(f"<@{escape(user_id)}>")


def when(epoch_seconds: float, locale: str) -> Markup:
    """A moment that Slack shows in the reader's time zone; UTC where it cannot."""
    utc = f"{datetime.fromtimestamp(epoch_seconds, UTC):%Y-%m-%d %H:%M}"
    fallback = f"{utc}（UTC）" if locale == "zh" else f"{utc} UTC"
    return Markup(f"<!date^{int(epoch_seconds)}^{{date_short_pretty}} {{time}}|{fallback}>")


def channel(channel_id: str) -> Markup:
    """A channel, shown by Slack under its name to whoever may see it."""
    if is_mark(channel_id):
        return Markup(channel_id)
    return Markup(f"<#{escape(channel_id)}>")


def money(micros: int, currency: str) -> Markup:
    """An amount with at least two decimals, and a third where a price needs it."""
    amount = f"{micros / MICROS:,.3f}"
    return Markup(f"{amount.removesuffix('0')} {currency}".strip())


def shorten(words: str, limit: int) -> str:
    """The start of someone's words on one line, at most ``limit`` characters long."""
    line = " ".join(words.split())
    return line if len(line) <= limit else f"{line[: limit - 1].rstrip()}…"


def _safe(name: str, value: object, locale: str, currency: str) -> str:
    if isinstance(value, Markup):
        return value
    if name.endswith("_micros") and isinstance(value, int):
        return money(value, currency)
    if name == "channels" and isinstance(value, list | tuple):
        return listed((channel(str(id_)) for id_ in value), locale)
    if name == "frees_at" and isinstance(value, int | float):
        return when(math.ceil(value / MINUTE) * MINUTE, locale)  # the minute shown is no lie
    if name.endswith("_at") and isinstance(value, int | float):
        return when(value, locale)
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, list | tuple):
        return listed((escape(str(one)) for one in value), locale)
    return escape(str(in_language(value, locale)))
