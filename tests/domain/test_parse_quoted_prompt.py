"""A quoted prompt keeps its quotes, and hides no flags."""

from __future__ import annotations

import pytest

from glm_slackbot.domain.errors import UserError
from glm_slackbot.domain.imagine import ImageRequest, ImagineDefaults, parse_imagine
from glm_slackbot.domain.size import Size


def parse(text: str) -> ImageRequest:
    return parse_imagine(text, ImagineDefaults())


@pytest.mark.parametrize("quotes", ['""', "“”", "「」", "''", "‘’"])
@pytest.mark.parametrize("flag", ["--ar 16:9", "--size 1728x960", "--ar=16：9"])
def test_the_quote_that_closes_a_quoted_prompt_is_not_the_values(quotes: str, flag: str) -> None:
    opening, closing = quotes
    request = parse(f"{opening}a fox {flag}{closing}")
    assert request.prompt == f"{opening}a fox {closing}"
    assert request.size == Size(1728, 960)


@pytest.mark.parametrize(
    ("text", "prompt"),
    [
        ('"a fox --model glm-image" in snow', '"a fox " in snow'),
        ('"a fox --quality hd" --n 2', '"a fox "'),
        ('"a" and "b --n 2"', '"a" and "b "'),
        ("'a fox's den --n 2'", "'a fox's den '"),
        ("「狐狸--n 2」--ar 1:1 雪", "「狐狸」 雪"),
    ],
)
def test_a_quote_around_the_flags_stays_as_typed(text: str, prompt: str) -> None:
    assert parse(text).prompt == prompt


@pytest.mark.parametrize("text", ['a "fox --n 2"', '"a" fox --n 2"', "“a” fox --n 2”"])
def test_a_quote_that_closes_nothing_is_a_mistake_in_the_value(text: str) -> None:
    with pytest.raises(UserError, match=r"imagine\.bad_count"):
        parse(text)


def test_a_flag_before_the_closing_quote_lacks_its_value() -> None:
    with pytest.raises(UserError, match=r"imagine\.missing_value"):
        parse("“a fox --n ”")


@pytest.mark.parametrize(
    ("text", "style", "avoid", "prompt"),
    [
        ('"a fox --style watercolor"', "watercolor", None, '"a fox "'),
        ("“狐狸 --style 水彩”", "水彩", None, "“狐狸 ”"),
        ("“狐狸 --style 水彩”。", "水彩", None, "“狐狸 ”。"),
        ('"a fox --no text"', None, "text", '"a fox "'),
        ("'a fox --no text' in snow", None, "text", "'a fox ' in snow"),
        ('"a fox --style oil --no text".', "oil", "text", '"a fox ".'),
        ('"a fox" --style 5"', '5"', None, '"a fox"'),
        ("a fox --style artists'", "artists'", None, "a fox"),
    ],
)
def test_words_give_back_the_quote_that_closes_the_prompt_and_no_other(
    text: str, style: str | None, avoid: str | None, prompt: str
) -> None:
    request = parse(text)
    assert (request.style, request.avoid, request.prompt) == (style, avoid, prompt)
