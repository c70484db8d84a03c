from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from importlib import resources
from pathlib import Path
from string import Formatter

import pytest

from glm_slackbot.domain.flag_values import read_ratio
from glm_slackbot.domain.flags import FLAGS
from glm_slackbot.glm.download_errors import DownloadKind
from glm_slackbot.glm.errors import Kind
from glm_slackbot.texts import (
    LOCALES,
    UnknownText,
    guess_locale,
    locale_of_slack,
    template,
    text,
    text_ids,
)

BUILT_FROM_ENUMS = {
    *(flag.text_id for flag in FLAGS.values()),
    *(f"glm.{kind}" for kind in Kind),
    *(f"glm.image_{kind}" for kind in DownloadKind),
}
PROSE = {"slack.com"}
IDS = sorted(text_ids("en"))
LOOKS_LIKE_AN_ID = re.compile(r"[a-z_]+\.[a-z0-9_]*[a-z0-9]")


def placeholders(text_id: str, locale: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(template(text_id, locale)) if name}


def source() -> Iterator[ast.AST]:
    for file in Path(str(resources.files("glm_slackbot"))).rglob("*.py"):
        yield from ast.walk(ast.parse(file.read_text("utf-8")))


def words_of(node: ast.AST) -> str:
    is_text = isinstance(node, ast.Constant) and isinstance(node.value, str)
    return str(node.value) if is_text else ""


def names_given(call: ast.Call) -> set[str] | None:
    """The parameters of a call by name; None where some are passed on unseen."""
    names = [keyword.arg for keyword in call.keywords]
    return None if None in names else {name for name in names if name}


def texts_with_parameters() -> Iterator[tuple[str, set[str]]]:
    for node in source():
        if isinstance(node, ast.Call) and node.args and words_of(node.args[0]) in IDS:
            given = names_given(node)
            if given is not None:
                yield words_of(node.args[0]), given


def ids_in_source() -> set[str]:
    subjects = {text_id.split(".")[0] for text_id in IDS}
    literals = {words_of(node) for node in source()}
    candidates = {words for words in literals if LOOKS_LIKE_AN_ID.fullmatch(words)}
    return {words for words in candidates if words.split(".")[0] in subjects} - PROSE


def test_both_languages_have_the_same_texts() -> None:
    assert text_ids("zh") == text_ids("en")


@pytest.mark.parametrize("text_id", IDS)
def test_a_text_takes_the_same_placeholders_in_both_languages(text_id: str) -> None:
    assert placeholders(text_id, "en") == placeholders(text_id, "zh")


def test_every_text_id_in_the_source_has_its_text() -> None:
    assert ids_in_source() - set(IDS) == set()


def test_every_text_is_used_by_the_source() -> None:
    assert set(IDS) - ids_in_source() - BUILT_FROM_ENUMS == set()


def test_every_text_gets_its_parameters() -> None:
    lacking = {
        text_id: missing
        for text_id, given in texts_with_parameters()
        if (missing := placeholders(text_id, "en") - given)
    }
    assert lacking == {}


def test_every_kind_of_the_provider_has_its_text() -> None:
    assert set(IDS) >= BUILT_FROM_ENUMS


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("text_id", IDS)
def test_a_text_is_calm_and_trimmed(text_id: str, locale: str) -> None:
    words = template(text_id, locale)
    assert words == words.strip()
    assert not set("!！您") & set(words)
    assert words.count("`") % 2 == 0


@pytest.mark.parametrize("text_id", IDS)
def test_an_english_text_has_no_chinese_and_a_chinese_one_has(text_id: str) -> None:
    han = re.compile("[\u4e00-\u9fff]")
    assert not han.search(template(text_id, "en"))
    assert han.search(template(text_id, "zh")) or text_id == "help.size_line"


@pytest.mark.parametrize("locale", LOCALES)
def test_buttons_fit_into_slack(locale: str) -> None:
    for text_id in IDS:
        if text_id.startswith("action."):
            limit = 300 if text_id == "action.delete_question" else 30
            assert len(template(text_id, locale)) <= limit


@pytest.mark.parametrize("locale", LOCALES)
def test_the_ratios_named_as_examples_are_taken(locale: str) -> None:
    named = re.findall(r"[0-9.]+:[0-9.]+", template("imagine.bad_ratio", locale))
    assert "2.39:1" in named
    assert all(read_ratio(ratio) for ratio in named)


def test_an_unknown_text_id_is_a_mistake_of_ours() -> None:
    with pytest.raises(UnknownText):
        text("no.such_text", "en")


def test_an_unknown_locale_is_answered_in_english() -> None:
    assert text("action.cancel", "fr") == text("action.cancel", "en")


@pytest.mark.parametrize(
    ("slack_locale", "ours"),
    [
        ("zh-CN", "zh"), ("zh-TW", "zh"), ("zh-HK", "zh"), ("zh_CN", "zh"), ("en-US", "en"),
        ("de-DE", "en"), ("", None), (None, None),
    ],
)  # fmt: skip
def test_slacks_locale_chooses_ours(slack_locale: str | None, ours: str | None) -> None:
    assert locale_of_slack(slack_locale) == ours


def test_the_prompt_tells_the_language_until_slack_does() -> None:
    assert guess_locale("雪地里的狐狸") == "zh"
    assert guess_locale("a fox in the snow") == "en"
