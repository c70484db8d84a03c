"""Cutting flags and their values out of what a person typed; the rest stays as typed."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from glm_slackbot.domain.characters import CJK, to_half_width
from glm_slackbot.domain.errors import UserError
from glm_slackbot.domain.flags import Flag, recognise

_LETTER = "[A-Za-zＡ-Ｚａ-ｚ]"
# Accented and other alphabets' letters belong to the word, so that in "—nö" there is no "n".
_IN_WORD = rf"(?:[^\W{CJK}]|[\u0300-\u036f])"
_OPENING = re.compile(
    f"(?P<prefix>--|－－|——|—|–)(?P<word>{_LETTER}{_IN_WORD}*(?:[-－]{_IN_WORD}+)*)"
)
_AT_PLACE = re.compile(rf"(?<=[\s{CJK}]){_OPENING.pattern}")
_SEPARATOR = re.compile(r"\s*[=＝]\s*|\s+")
_WHITE_SPACE = re.compile(r"\s")
_YES_OR_NO = re.compile(r"\s+(?:true|false)(?=\s|$)", re.IGNORECASE)
# Flags whose value never holds a quote; the others take any words.
_STRICT = frozenset({"size", "ar", "model", "quality", "n"})
_CLOSING_QUOTES = {'"': '"', "'": "'", "“": "”", "‘": "’", "「": "」"}


class CutText(NamedTuple):
    """The prompt without its flags, and each flag's value as typed ("" for a switch)."""

    prompt: str
    values: Mapping[str, str]


class _Found(NamedTuple):
    flag: Flag
    start: int
    end: int


def cut_flags(text: str) -> CutText:
    """Part prompt and flags. UserError for a flag that is unknown, repeated or lacks its value."""
    values: dict[str, str] = {}
    pieces: list[str] = []
    position = 0
    while (found := _next_flag(text, position)) is not None:
        pieces.append(text[position : found.start])
        value, position = _read_value(text, found)
        if found.flag.name in values:
            raise UserError(
                "imagine.repeated_flag", flag=str(found.flag), example=found.flag.example
            )
        values[found.flag.name] = value
    pieces.append(text[position:])
    return CutText(_join_around_cuts(pieces), values)


def _next_flag(text: str, position: int) -> _Found | None:
    """The first flag from here on; here counts as a flag's place, at the start or after a flag."""
    match = _OPENING.match(text, position) or _AT_PLACE.search(text, position)
    while match is not None:
        flag = recognise(match["prefix"], match["word"])
        if flag is not None:
            return _Found(flag, match.start(), match.end())
        match = _AT_PLACE.search(text, match.start() + 1)
    return None


def _read_value(text: str, found: _Found) -> tuple[str, int]:
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


def _check_no_value(text: str, found: _Found) -> None:
    # A "false" left in the prompt would leave the switch on, against the person's wish.
    rest = to_half_width(text[found.end :])
    if rest.lstrip().startswith("=") or _YES_OR_NO.match(rest):
        raise UserError(
            "imagine.value_for_switch", flag=str(found.flag), example=found.flag.example
        )


def _bare_value(text: str, start: int, flag: Flag) -> tuple[str, int]:
    space = _WHITE_SPACE.search(text, start)
    end = space.start() if space else len(text)
    follower = _next_flag(text[:end], start)
    if follower is not None:
        end = follower.start
    if end == start:
        raise UserError(
            "imagine.flag_as_value",
            flag=str(flag),
            asked=str(follower.flag) if follower else "",
            example=flag.example,
        )
    if flag.name in _STRICT and _closes_prompt(text[:end]):
        end -= 1
    if end == start:
        raise _missing_value(flag)
    return text[start:end], end


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
    if not value:
        raise _missing_value(flag)
    _check_nothing_glued(text, end + 1, flag)
    return value, end + 1


def _check_nothing_glued(text: str, position: int, flag: Flag) -> None:
    if position == len(text) or text[position].isspace():
        return
    match = _AT_PLACE.match(text, position)  # 「」 are CJK: a flag may stand right behind them
    if match is None or recognise(match["prefix"], match["word"]) is None:
        glued = text[position:].split(maxsplit=1)[0]
        raise UserError(
            "imagine.glued_to_quote", flag=str(flag), glued=glued[:60], example=flag.example
        )


def _missing_value(flag: Flag) -> UserError:
    return UserError("imagine.missing_value", flag=str(flag), example=flag.example)


def _join_around_cuts(pieces: Sequence[str]) -> str:
    joined = pieces[0]
    for piece in pieces[1:]:
        left, right = joined.rstrip(), piece.lstrip()
        gap = joined[len(left) :] + piece[: len(piece) - len(right)]
        joined = left + _one_space(gap) + right
    return joined.strip()


def _one_space(gap: str) -> str:
    if "\n" in gap or "\r" in gap:
        return "\n"
    return " " if gap else ""
