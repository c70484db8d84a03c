"""What a person typed, from what Slack sends: ``<…>`` taken off first, then unescaped once.

The other way round a typed ``<b>``, which arrives as ``&lt;b&gt;``, would be lost.
"""

from __future__ import annotations

import re
from typing import Final

# Somebody's name and a channel without its name are nobody's words. A typed < comes escaped, so a
# bare one that opens no wrapper of Slack's is left alone.
_NAMELESS: Final = r"<(?:@[^<>]*|#[^<>|]*\|?|![^<>|]*\|?)>"
_WRAPPER: Final = re.compile(
    r"<(?:#[^<>|]*\|(?P<channel>[^<>]+)"
    r"|![^<>|]*\|(?P<label>[^<>]+)"
    r"|(?P<address>[a-zA-Z][a-zA-Z0-9+.\-]*:[^<>|]*)(?:\|(?P<words>[^<>]*))?)>"
)


def undo_slack_text(text: str) -> str:
    """The words of a command or message without Slack's wrappers and escapes.

    A link becomes its words, else its address; ``<#C1|general>`` becomes ``#general``; a person
    (the bot too) goes, and so does one of the spaces around.
    """
    return _storable(_unescape(_WRAPPER.sub(_words_of, _cut(_NAMELESS, text))))


def split_mention(text: str, bot_user_id: str) -> tuple[bool, str]:
    """Whether the bot's mention is the first word, and the text without any mention of the bot.

    For the raw text of an event, before ``undo_slack_text``. A comma or colon right after a
    mention at the start belongs to it.
    """
    bot = rf"<@{re.escape(bot_user_id)}(?:\|[^<>]*)?>"
    first = re.match(rf"\s*{bot}[,:，：]?\s*", text)
    rest = text[first.end() :] if first else text
    return first is not None, _cut(bot, rest)


def _cut(pattern: str, text: str) -> str:
    """Cut out every match, runs of them at once, and leave one white space where two met."""
    run = rf"(\s?){pattern}(?:\s*{pattern})*(\s?)"
    return re.sub(run, _one_space, text)


def _one_space(cut: re.Match[str]) -> str:
    before, after = cut.groups()
    return "\n" if "\n" in before + after else before or after


def _words_of(wrapper: re.Match[str]) -> str:
    found = wrapper.groupdict()
    if found["channel"]:
        return f"#{found['channel']}"
    if found["label"]:
        return found["label"]
    address = found["address"]
    return found["words"] or address.removeprefix("mailto:").removeprefix("tel:")


def _unescape(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _storable(words: str) -> str:
    """Without what no text may hold: NUL, and halves of surrogate pairs."""
    whole = words.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return whole.replace("\0", "")
