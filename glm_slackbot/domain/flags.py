"""The flags people may type: one table, for parsing and for help."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from types import MappingProxyType

from glm_slackbot.domain.characters import to_half_width
from glm_slackbot.domain.errors import UserError

DOUBLE_HYPHENS = ("--", "－－")
_SHORTEST_GUESSED = 4


@dataclass(frozen=True, slots=True)
class Flag:
    """A flag: its name, what stands for its value in help (none for a switch), an example, and
    another for readers of Chinese where the value is words.
    """

    name: str
    placeholder: str
    example_value: str
    chinese_value: str = ""

    def __str__(self) -> str:
        return f"--{self.name}"

    @property
    def takes_value(self) -> bool:
        """Whether a value must follow."""
        return bool(self.placeholder)

    @property
    def text_id(self) -> str:
        """The text that explains it in help."""
        return f"help.flag_{self.name.replace('-', '_')}"

    @property
    def usage(self) -> str:
        """As help shows it: ``--size WxH``."""
        return f"{self} {self.placeholder}".rstrip()

    @property
    def example(self) -> str | dict[str, str]:
        """As a person would type it: ``--size 1728x960``; by language where the value is words."""
        english = f"{self} {self.example_value}".rstrip()
        if not self.chinese_value:
            return english
        return {"en": english, "zh": f"{self} {self.chinese_value}"}


FLAGS: Mapping[str, Flag] = MappingProxyType(
    {
        flag.name: flag
        for flag in (
            Flag("size", "WxH", "1728x960"),
            Flag("ar", "W:H", "16:9"),
            Flag("model", "NAME", "glm-image"),
            Flag("quality", "hd|standard", "hd"),
            Flag("n", "COUNT", "1"),
            Flag("style", "WORDS", "watercolor", "水彩"),
            Flag("no", "WORDS", '"people, text"', '"人物、文字"'),
            Flag("no-watermark", "", ""),
        )
    }
)


def is_exactly_a_flag(word: str) -> bool:
    """Whether the word is a flag's name, in any width and case."""
    return to_half_width(word).lower() in FLAGS


def recognise(prefix: str, word: str) -> Flag | None:
    """The flag that a prefix and the word after it are, or None where they are prose.

    UserError for a word that is no flag: after two hyphens always, after a dash character, which
    prose uses too, only where it is nearly one.
    """
    name = to_half_width(word).lower()
    flag = FLAGS.get(name)
    if flag is not None:
        return flag
    if prefix in DOUBLE_HYPHENS:
        raise _unknown(prefix + word, next(iter(get_close_matches(name, FLAGS, n=1)), None))
    nearest = next((known for known in FLAGS if _nearly(name, known)), None)
    if nearest is not None:
        raise UserError(
            "imagine.dash_before_near_flag",
            asked=(prefix + word)[:60],
            nearest=f"--{nearest}",
            example=FLAGS[nearest].example,
        )
    return None


def _unknown(asked: str, nearest: str | None) -> UserError:
    if nearest is None:
        return UserError(
            "imagine.unknown_flag",
            asked=asked[:60],
            flags=[f"`{flag}`" for flag in FLAGS.values()],
            example=FLAGS["size"].example,
        )
    flag = FLAGS[nearest]
    return UserError(
        "imagine.unknown_flag_near", asked=asked[:60], nearest=str(flag), example=flag.example
    )


def _nearly(word: str, name: str) -> bool:
    return len(name) >= _SHORTEST_GUESSED and within_one_edit(word, name)


def within_one_edit(word: str, name: str) -> bool:
    """Whether one letter added, left out, replaced or two neighbours swapped parts the words."""
    same = 0
    while same < min(len(word), len(name)) and word[same] == name[same]:
        same += 1
    left, right = word[same:], name[same:]
    swapped = left[:2] == right[1::-1] and left[2:] == right[2:]
    return swapped or left[1:] == right[1:] or left[1:] == right or left == right[1:]
