"""Where flags stand in what a person typed."""

from __future__ import annotations

import re
from typing import NamedTuple

from glm_slackbot.domain.characters import CJK, QUOTE_OR_ELLIPSIS
from glm_slackbot.domain.flags import DOUBLE_HYPHENS, Flag, is_exactly_a_flag, recognise
from glm_slackbot.domain.prompt_language import is_chinese

_LETTER = "[A-Za-zＡ-Ｚａ-ｚ]"
# Accented and other alphabets' letters belong to the word, so that in "—nö" there is no "n".
_IN_WORD = rf"(?:[^\W{CJK}]|[\u0300-\u036f])"
_OPENING = re.compile(
    f"(?P<prefix>--|－－|——|—|–)(?P<word>{_LETTER}{_IN_WORD}*(?:[-－]{_IN_WORD}+)*)"
)
_AT_PLACE = re.compile(rf"(?<=[\s{CJK}]){_OPENING.pattern}")
_PERHAPS_AT_PLACE = re.compile(rf"(?<=[\s{CJK}{QUOTE_OR_ELLIPSIS}]){_OPENING.pattern}")
_CJK = re.compile(f"[{CJK}]")
# So many characters tell the language well enough; all of them would make long texts slow.
_CONTEXT = 100


class FoundFlag(NamedTuple):
    """A flag, and where its name starts and ends in the text."""

    flag: Flag
    start: int
    end: int


def next_flag(text: str, position: int) -> FoundFlag | None:
    """The first flag from here on; here counts as a flag's place, at the start or after a flag."""
    found = flag_at(text, position)
    if found is not None:
        return found
    match = _PERHAPS_AT_PLACE.search(text, position)
    while match is not None:
        found = _found(match) if _is_place(text, match) else None
        if found is not None:
            return found
        match = _PERHAPS_AT_PLACE.search(text, match.start() + 1)
    return None


def flag_at(text: str, position: int) -> FoundFlag | None:
    """The flag that starts right here, taken for a flag's place."""
    return _found(_OPENING.match(text, position))


def flag_behind_value(text: str, position: int) -> FoundFlag | None:
    """The flag that starts right here, if what stands before is CJK or white space."""
    return _found(_AT_PLACE.match(text, position))


def _found(match: re.Match[str] | None) -> FoundFlag | None:
    flag = recognise(match["prefix"], match["word"]) if match else None
    return FoundFlag(flag, match.start(), match.end()) if match and flag else None


def _is_place(text: str, match: re.Match[str]) -> bool:
    """Whether it stands behind CJK; … ” ’ are that in Chinese, while English sets dashes there.

    Two hyphens and a flag's exact name are no English either way.
    """
    start = match.start()
    if text[start - 1] not in QUOTE_OR_ELLIPSIS:
        return True
    if match["prefix"] in DOUBLE_HYPHENS and is_exactly_a_flag(match["word"]):
        return True
    before = text[max(0, start - _CONTEXT) : start].rstrip(QUOTE_OR_ELLIPSIS)
    return is_chinese(before) or _CJK.fullmatch(before[-1:]) is not None
