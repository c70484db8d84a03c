"""A switch takes no value, and words behind it are the prompt's."""

from __future__ import annotations

import pytest

from glm_slackbot.domain.errors import UserError
from glm_slackbot.domain.imagine import ImageRequest, ImagineDefaults, parse_imagine


def parse(text: str) -> ImageRequest:
    return parse_imagine(text, ImagineDefaults())


def assert_refused(text: str) -> None:
    with pytest.raises(UserError, match=r"imagine\.value_for_switch"):
        parse(text)


@pytest.mark.parametrize("value", ["=true", "＝no", "=", " = fox", '="1"'])
def test_whatever_follows_an_equals_sign_is_a_value(value: str) -> None:
    assert_refused(f"a fox --no-watermark{value}")


@pytest.mark.parametrize(
    "value", ["true", "false", "TRUE", "ｆａｌｓｅ", "false a fox", "true, a fox", "true。狐狸"]
)
def test_true_and_false_are_values_wherever_they_follow(value: str) -> None:
    assert_refused(f"a fox --no-watermark {value}")


@pytest.mark.parametrize("word", ["on", "OFF", "yes", "no", "0", "１", "是", "关闭"])
@pytest.mark.parametrize("after", ["", ".", " --n 2", "\n—ar 1:1", ", --n 2"])
def test_a_yes_or_no_alone_is_a_value(word: str, after: str) -> None:
    assert_refused(f"a fox --no-watermark {word}{after}")


def test_a_yes_or_no_before_the_quote_that_closes_the_prompt_is_a_value() -> None:
    assert_refused('"a fox --no-watermark off" --n 2')


@pytest.mark.parametrize(
    "value", [":true", "：true", "：no a fox", ": off", ' "true"', " “是” 狐狸", " 'off' a fox"]
)
def test_a_yes_or_no_behind_a_colon_or_in_quotes_is_a_value(value: str) -> None:
    assert_refused(f"a fox --no-watermark{value}")


@pytest.mark.parametrize("value", ['"never"', "“雪”", "'x' a fox", "「雪」"])
def test_a_quoted_word_right_behind_is_a_value(value: str) -> None:
    assert_refused(f"a fox --no-watermark{value}")


@pytest.mark.parametrize(
    "words",
    [
        "fox",
        "by a lake",
        "on the beach",
        "no people",
        "off the coast, dusk",
        "yes sign on a door",
        "1 fox",
        "0-gravity fox",
        "1:1 scale model",
        "no-one",
        "one",
        "false-color fox",
        "true's shop",
        "是的海报",
        '"a fox in snow"',
        '"sunset"',
        "on — the beach",
        "on --",
        "no —one",
    ],
)
def test_words_behind_a_switch_stay_in_the_prompt(words: str) -> None:
    request = parse(f"a fox --no-watermark {words}")
    assert (request.prompt, request.watermark) == (f"a fox {words}", False)
    assert request.avoid is None


@pytest.mark.parametrize(
    ("text", "prompt"),
    [
        ('"a fox --no-watermark"', '"a fox "'),
        ("“狐狸--no-watermark”", "“狐狸”"),
        ('"a --no-watermark" and "b"', '"a " and "b"'),
        ('"a --no-watermark","b"', '"a ","b"'),
        ("狐狸--no-watermark：雪", "狐狸：雪"),
    ],
)
def test_quotes_and_punctuation_right_behind_a_switch_are_the_prompts(
    text: str, prompt: str
) -> None:
    assert parse(text).prompt == prompt


def test_a_flag_may_follow_no_watermark_at_once() -> None:
    request = parse("fox --no-watermark—n 2")
    assert (request.prompt, request.watermark, request.n) == ("fox", False, 2)
