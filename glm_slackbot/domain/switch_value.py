"""Values typed for a switch, which takes none, told from the words of the prompt behind it."""

from __future__ import annotations

import re

from glm_slackbot.domain.characters import to_half_width
from glm_slackbot.domain.flag_places import flag_at

_YES_OR_NO = "(?:true|false|on|off|yes|no|0|1|enabled?|disabled?|是|否|真|假|开|关|开启|关闭|打开)"
_QUOTE, _CLOSING = "[\"'“‘「]", "[\"'”’」]"
_WORD_ENDS = r"(?![\w'’-])"
# Values whatever comes behind them.
_VALUE = re.compile(
    rf"""
    \s*=
    |\s+(?:true|false){_WORD_ENDS}
    |\s*:\s*{_YES_OR_NO}{_WORD_ENDS}
    |\s*{_QUOTE}\s*{_YES_OR_NO}\s*{_CLOSING}
    |{_QUOTE}\w[^\s"'”’」]*{_CLOSING}
    """,
    re.IGNORECASE | re.VERBOSE,
)
# A value only where no word of the prompt follows: "on the beach" is a prompt.
_ALONE = re.compile(rf"\s+{_YES_OR_NO}{_WORD_ENDS}[^\w—–-]*", re.IGNORECASE)


def has_value(text: str, position: int) -> bool:
    """Whether a value follows the switch that ends here."""
    rest = to_half_width(text[position:])
    if _VALUE.match(rest):
        return True
    alone = _ALONE.match(rest)
    if alone is None:
        return False
    end = position + alone.end()
    return end == len(text) or flag_at(text, end) is not None
