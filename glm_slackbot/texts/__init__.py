"""Every sentence a person reads: one folder a language, one TOML file a subject.

A text_id is ``<subject>.<key>``; a text is a ``str.format`` template with named placeholders.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import resources
from typing import Literal

from glm_slackbot.domain.prompt_language import is_chinese

Locale = Literal["en", "zh"]
DEFAULT_LOCALE: Locale = "en"
LOCALES: tuple[Locale, ...] = ("en", "zh")

_FLAG = re.compile("(?:--|－－|—+|–)[A-Za-zＡ-Ｚａ-ｚ-]+[\\s=＝]*[!-~]*")
"""Roughly a flag and its value: a mistake in one must not keep us from reading the rest."""


class UnknownText(KeyError):
    """A text_id that no file holds: a mistake in this program, never of its user."""


def text(text_id: str, locale: str, /, **params: object) -> str:
    """The sentence in this language, English where the language is unknown; nothing is escaped.

    A parameter may be a list, which is joined as the language does, or hold one value a language.
    """
    words = {name: _words(value, locale) for name, value in params.items()}
    return template(text_id, locale).format(**words)


def listed(words: Iterable[object], locale: str) -> str:
    """One after another, with the language's comma between them."""
    return ("、" if _known(locale) == "zh" else ", ").join(map(str, words))


def in_language(value: object, locale: str) -> object:
    """The value itself; of one that differs by language (``{"en": …, "zh": …}``) the reader's."""
    return value[_known(locale)] if isinstance(value, Mapping) else value


def template(text_id: str, locale: str) -> str:
    """The sentence before its placeholders are filled."""
    texts = _texts(_known(locale))
    if text_id not in texts:
        raise UnknownText(text_id)
    return texts[text_id]


def text_ids(locale: str) -> frozenset[str]:
    """Every text_id of a language."""
    return frozenset(_texts(_known(locale)))


def locale_of_slack(slack_locale: str | None) -> Locale | None:
    """Our locale for Slack's (``zh-CN``, ``de-DE``); None where Slack does not tell."""
    if not slack_locale:
        return None
    return "zh" if slack_locale.lower().replace("_", "-").split("-")[0] == "zh" else "en"


def guess_locale(prompt: str) -> Locale:
    """The language to speak until Slack tells the reader's: Chinese for a Chinese prompt.

    Flags are nobody's language, so they do not count where they still stand among the words.
    """
    return "zh" if is_chinese(_FLAG.sub(" ", prompt)) else "en"


def _words(value: object, locale: str) -> object:
    value = in_language(value, locale)
    return listed(value, locale) if isinstance(value, list | tuple) else value


def _known(locale: str) -> Locale:
    return "zh" if locale == "zh" else DEFAULT_LOCALE


@cache
def _texts(locale: Locale) -> Mapping[str, str]:
    folder = resources.files(__name__) / locale
    return {
        f"{file.name.removesuffix('.toml')}.{name}": sentence
        for file in folder.iterdir()
        if file.name.endswith(".toml")
        for name, sentence in tomllib.loads(file.read_text("utf-8")).items()
    }
