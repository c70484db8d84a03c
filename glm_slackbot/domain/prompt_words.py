"""The prompt as it is sent: style and avoided words joined on, in the prompt's own language."""

from __future__ import annotations

from glm_slackbot.domain.prompt_language import is_chinese
from glm_slackbot.domain.styles import style_words

_PUNCTUATION = ",.;:!?…，。；：！？、"


def prompt_as_sent(prompt: str, style: str | None, avoid: str | None) -> str:
    """The words the provider gets; there the hosted API has no field for style or avoidance."""
    chinese = is_chinese(prompt or f"{style or ''}{avoid or ''}")
    additions = []
    if style:
        additions.append(style_words(_open_ended(style), chinese=chinese))
    if avoid:
        words = _open_ended(avoid)
        additions.append(f"不要出现{words}" if chinese else f"without {words}")
    for addition in additions:
        prompt = f"{prompt}{_joint(prompt, chinese=chinese)}{addition}"
    return prompt


def _joint(prompt: str, *, chinese: bool) -> str:
    if not prompt:
        return ""
    if prompt.endswith(tuple(_PUNCTUATION)):
        return "" if chinese else " "
    return "，" if chinese else ", "


def _open_ended(words: str) -> str:
    """Words without the punctuation they end in, unless they are nothing else."""
    return words.rstrip(_PUNCTUATION + " ") or words
