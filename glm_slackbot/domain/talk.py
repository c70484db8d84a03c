"""Small talk: what is said to the bot without wanting an image, so that it costs nothing."""

from __future__ import annotations

import re

from glm_slackbot.domain.characters import HAN, to_half_width
from glm_slackbot.domain.talk_words import FORMS, LEAD_INS, LIKED, NAMES, SAYINGS, THANKING

# What politeness puts around a saying; each is cut off to see whether a saying is left.
_AROUND = (
    re.compile(r"^(?:(?:hi|hello|hey)\s+|(?:好的|嗯)(?=.*谢|辛苦)|[你您]好[呀啊]?|嗨|哈[喽啰])"),
    re.compile("^请问(?:一下)?"),
    re.compile(r"\s+(?:bot|robot|glm|glm-image|机器人)$"),
    # Glued to thanks or a greeting only: "完美机器人" is a prompt.
    re.compile(f"(?<=[谢你您好早安见]|[a-z])机器人$|(?<=[{HAN}])(?:bot|glm|glm-image)$"),
    re.compile("[呢呀啊吗嘛]+$"),
)
_SLACK_EMOJI = re.compile(r":[a-z0-9_+'-]+:(?::skin-tone-[2-6]:)?")
_TALKING_EMOJI = re.compile("(?:[👍🙏👋❤😊🙂🎉👏][\U0001f3fb-\U0001f3ff\ufe0f]?\\s*)+")
# No list of sayings is longer; the expressions below would be slow on a very long text.
_LONGEST = 300
_BREAK = re.compile(r"[,.;!?~，。；！？、～…\n]+")
_OUTSIDE_WORDS = re.compile(r"^[\W_]+|[\W_]+$")


def is_talk(text: str) -> bool:
    """Whether the whole message is thanks, a greeting or a question about the bot.

    Punctuation, emoji and case do not matter; "hi-res fox" is a prompt.
    """
    if len(text) > _LONGEST:
        return False
    plain = to_half_width(text).lower().replace("’", "'").strip()
    if _TALKING_EMOJI.fullmatch(plain):
        return True
    parts = [_words(part) for part in _BREAK.split(_SLACK_EMOJI.sub(" ", plain))]
    said = [words for words in parts if words and words not in NAMES]
    strange = [words for words in said if not _is_saying(words)]
    if any(THANKING.search(words) for words in said):
        strange = [words for words in strange if not LIKED.fullmatch(words)]
    return bool(said) and not strange


def _words(part: str) -> str:
    return " ".join(_OUTSIDE_WORDS.sub("", part).split())


def _is_saying(words: str) -> bool:
    if words in LEAD_INS:  # with the bot's name not cut off: "cool robot" is a prompt
        return True
    first, _, rest = words.partition(" ")
    left = {words}
    if first in LEAD_INS and rest.startswith("thank"):
        left.add(rest)
    for around in _AROUND:
        left |= {around.sub("", saying).strip() for saying in left}
    return any(saying in SAYINGS or FORMS.fullmatch(saying) for saying in left)
