"""Cutting flags and their values out of what a person typed; the rest stays as typed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from glm_slackbot.domain.characters import has_words
from glm_slackbot.domain.errors import UserError
from glm_slackbot.domain.flag_places import FoundFlag, flag_behind_value, next_flag
from glm_slackbot.domain.flags import FLAGS, Flag
from glm_slackbot.domain.switch_value import has_value

_SEPARATOR = re.compile(r"\s*[=＝]\s*|\s+")
_WHITE_SPACE = re.compile(r"\s")
_CLOSING_QUOTES = {'"': '"', "'": "'", "“": "”", "‘": "’", "「": "」"}
_BEHIND_QUOTES = ",.;:!?…，。；：！？、)）"


class CutText(NamedTuple):
    """The prompt without its flags, and each flag's value as typed ("" for a switch)."""

    prompt: str
    values: Mapping[str, str]


def cut_flags(text: str) -> CutText:
    """Part prompt and flags. UserError for a flag that is unknown, repeated or lacks its value."""
    values: dict[str, str] = {}
    position = 0
    while (found := next_flag(text, position)) is not None:
        value, end = _read_value(text, found)
        if found.flag.name in values:
            raise _repeated(found.flag)
        values[found.flag.name] = value
        text, position = _without(text, found.start, end)
    return CutText(text.strip(), values)


def with_options(values: Mapping[str, str], options: Mapping[str, str]) -> Mapping[str, str]:
    """Flags of a text and those of a command line as one, by the same rules. Raises UserError."""
    for name, value in options.items():
        flag = FLAGS[name]
        if name in values:
            raise _repeated(flag)
        if flag.takes_value and not has_words(value):
            raise _missing_value(flag)
    return {**values, **{name: value.strip() for name, value in options.items()}}


def _read_value(text: str, found: FoundFlag) -> tuple[str, int]:
    """The flag's value, and where the text goes on behind it."""
    separator = _SEPARATOR.match(text, found.end)
    if not found.flag.takes_value:
        _check_no_value(text, found)
        return "", found.end
    if separator is None or separator.end() == len(text):
        raise _missing_value(found.flag)
    start = separator.end()
    if text[start] in _CLOSING_QUOTES:
        return _quoted_value(text, start, found.flag)
    return _bare_value(text, start, found.flag)


def _check_no_value(text: str, found: FoundFlag) -> None:
    # A "false" left in the prompt would leave the switch on, against the person's wish.
    if has_value(text, found.end):
        raise UserError(
            "imagine.value_for_switch", flag=str(found.flag), example=found.flag.example
        )


def _bare_value(text: str, start: int, flag: Flag) -> tuple[str, int]:
    space = _WHITE_SPACE.search(text, start)
    end = space.start() if space else len(text)
    follower = next_flag(text[:end], start)
    if follower is not None:
        end = follower.start
    if end == start:
        raise UserError(
            "imagine.flag_as_value",
            flag=str(flag),
            asked=str(follower.flag) if follower else "",
            example=flag.example,
        )
    end = _before_closing_quote(text, start, end)
    if not has_words(text[start:end]):
        raise _missing_value(flag)
    return text[start:end], end


def _before_closing_quote(text: str, start: int, end: int) -> int:
    """Where the value ends if the prompt's own closing quote is left to the prompt."""
    behind_quote = start + len(text[start:end].rstrip(_BEHIND_QUOTES))
    return behind_quote - 1 if _closes_prompt(text[:behind_quote]) else end


def _closes_prompt(text: str) -> bool:
    """Whether this ends with the quote that closes the one it begins with: ``"a fox --n 2"``."""
    text = text.lstrip()
    opening = text[0]
    closing = _CLOSING_QUOTES.get(opening)
    if closing is None or text[-1] != closing:
        return False
    if closing != opening:
        return text.count(opening) == text.count(closing)
    apostrophes = re.compile(rf"(?<=\w){opening}(?=\w)")
    return apostrophes.sub("", text).count(opening) % 2 == 0


def _quoted_value(text: str, start: int, flag: Flag) -> tuple[str, int]:
    closing = _CLOSING_QUOTES[text[start]]
    end = text.find(closing, start + 1)
    if end < 0:
        raise UserError(
            "imagine.unclosed_quote",
            flag=str(flag),
            opening=text[start],
            closing=closing,
            example=flag.example,
        )
    value = text[start + 1 : end].strip()
    if not has_words(value):
        raise _missing_value(flag)
    _check_nothing_glued(text, end + 1, flag)
    return value, end + 1


def _check_nothing_glued(text: str, position: int, flag: Flag) -> None:
    if position == len(text) or text[position].isspace():
        return
    if flag_behind_value(text, position) is None:  # 「」 are CJK: a flag may stand behind them
        glued = text[position:].split(maxsplit=1)[0]
        raise UserError(
            "imagine.glued_to_quote", flag=str(flag), glued=glued[:60], example=flag.example
        )


def _repeated(flag: Flag) -> UserError:
    return UserError("imagine.repeated_flag", flag=str(flag), example=flag.example)


def _missing_value(flag: Flag) -> UserError:
    return UserError("imagine.missing_value", flag=str(flag), example=flag.example)


def _without(text: str, start: int, end: int) -> tuple[str, int]:
    """The text without what stands from start to end, and where it goes on behind the cut."""
    left, right = text[:start].rstrip(), text[end:].lstrip()
    gap = text[len(left) : start] + text[end : len(text) - len(right)]
    left += _one_space(gap)
    return left + right, len(left)


def _one_space(gap: str) -> str:
    if "\n" in gap or "\r" in gap:
        return "\n"
    return " " if gap else ""
