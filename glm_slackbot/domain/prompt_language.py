"""In which language a prompt is written, as far as the bot speaks it."""

from __future__ import annotations

import re

from glm_slackbot.domain.characters import HAN, KANA_AND_HANGUL

_HAN = re.compile(f"[{HAN}]")
_KANA_OR_HANGUL = re.compile(f"[{KANA_AND_HANGUL}]")
_LATIN_WORD = re.compile("[A-Za-z\u00c0-\u024f]+")


def is_chinese(text: str) -> bool:
    """Whether the text reads as Chinese.

    An English prompt that quotes a Chinese sign stays English; kana and Hangul tell Japanese and
    Korean apart, which get English words.
    """
    if _KANA_OR_HANGUL.search(text):
        return False
    characters = len(_HAN.findall(text))
    return characters > 0 and characters >= len(_LATIN_WORD.findall(text))
