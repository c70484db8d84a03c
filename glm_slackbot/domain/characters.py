"""Which characters are CJK, which are words, and full-width letters as their plain selves."""

from __future__ import annotations

import unicodedata

# Regex character-class bodies. Full-width letters and digits belong to neither CJK class.
HAN = "\u2e80-\u2fdf\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
KANA_AND_HANGUL = (
    "\u3040-\u30ff\u31f0-\u31ff\uff66-\uff9f\U0001b000-\U0001b16f"
    "\u1100-\u11ff\u3130-\u318f\ua960-\ua97f\uac00-\ud7ff\uffa0-\uffdc"
)
CJK_PUNCTUATION = (
    "\u2ff0-\u2fff\u3001-\u303f\u3100-\u33ff\ufe10-\ufe1f\ufe30-\ufe6f"
    "\uff01-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65\uffe0-\uffee"
)
CJK = HAN + KANA_AND_HANGUL + CJK_PUNCTUATION
# Chinese and English share these code points, so the text around them tells whose they are.
QUOTE_OR_ELLIPSIS = "…”’"

_PLAIN = {full: full - 0xFEE0 for full in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}


def to_half_width(text: str) -> str:
    """Full-width letters, digits and signs as their ASCII selves; the length stays."""
    return text.translate(_PLAIN)


def has_words(text: str) -> bool:
    """Whether there is anything but punctuation: a letter, a digit or an emoji."""
    return any(sign.isalnum() or unicodedata.category(sign) == "So" for sign in text)
