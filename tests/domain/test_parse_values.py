"""How a value follows its flag, and the mistakes people make there."""

from __future__ import annotations

import pytest

from glm_slackbot.domain.errors import UserError
from glm_slackbot.domain.imagine import ImageRequest, ImagineDefaults, parse_imagine


def parse(text: str) -> ImageRequest:
    return parse_imagine(text, ImagineDefaults())


def error_of(text: str) -> UserError:
    with pytest.raises(UserError) as caught:
        parse(text)
    return caught.value


@pytest.mark.parametrize("between", [" ", "   ", "\n", "\u3000", "\u00a0", "=", "＝", " = "])
def test_white_space_or_equals_parts_name_and_value(between: str) -> None:
    request = parse(f"a fox --style{between}gothic at dusk")
    assert (request.style, request.prompt) == ("gothic", "a fox at dusk")


@pytest.mark.parametrize("quotes", ['""', "''", "“”", "‘’", "「」"])
@pytest.mark.parametrize("between", [" ", "="])
def test_a_quoted_value_may_hold_anything(quotes: str, between: str) -> None:
    request = parse(f"a fox --no{between}{quotes[0]}big --n 9 dogs{quotes[1]} at dusk")
    assert (request.avoid, request.prompt, request.n) == ("big --n 9 dogs", "a fox at dusk", 1)


@pytest.mark.parametrize(
    ("text", "style", "prompt"),
    [
        ("--style 水彩——n 2 狐狸", "水彩", "狐狸"),
        ("--style 水彩，--n 2 狐狸", "水彩，", "狐狸"),
        ("--style 「水 彩」——n 2 狐狸", "水 彩", "狐狸"),
        ("--style 水彩—风 --n 2 狐狸", "水彩—风", "狐狸"),
        ("--style 水彩—abc --n 2 狐狸", "水彩—abc", "狐狸"),
        ("--style —bold --n 2 fox", "—bold", "fox"),
        ("--style ' gothic ' --n 2 fox", "gothic", "fox"),
        ('--style oil"y" --n 2 fox', 'oil"y"', "fox"),
    ],
)
def test_an_unquoted_value_ends_at_white_space_or_a_flag(
    text: str, style: str, prompt: str
) -> None:
    request = parse(text)
    assert (request.style, request.prompt, request.n) == (style, prompt, 2)


@pytest.mark.parametrize(
    "text",
    [
        "a fox --size",
        "a fox --size  ",
        "a fox --size=",
        "a fox --size= ",
        'a fox --style ""',
        "a fox --style “ ”",
        "--size，狐狸",
        "狐狸—size",
    ],
)
def test_a_missing_value_is_named(text: str) -> None:
    error = error_of(text)
    assert error.text_id == "imagine.missing_value"
    assert error.params["flag"] in {"--size", "--style"}


@pytest.mark.parametrize(
    "text",
    [
        "a fox --no -- cats",
        "--style , fox",
        "--style “，” 狐狸",
        '--style "，" 狐狸',
        "a fox --no ...",
        "a fox --style=— x",
        "狐狸 --no ……--n 2",
        "a fox --n ?",
    ],
)
def test_a_value_of_punctuation_alone_is_a_missing_value(text: str) -> None:
    assert error_of(text).text_id == "imagine.missing_value"


@pytest.mark.parametrize("value", ["🦊", "★", "ß", "ほ", "कि", "٣", "c++"])
def test_letters_digits_and_signs_of_any_script_are_a_value(value: str) -> None:
    assert parse(f"a fox --no {value}").avoid == value


@pytest.mark.parametrize("other", ["--n 2", "－－ｎ 2", "—n 2", "–n 2"])
@pytest.mark.parametrize("between", [" ", "="])
def test_a_flag_in_a_values_place_is_named(other: str, between: str) -> None:
    error = error_of(f"a fox --style{between}{other}")
    assert error.text_id == "imagine.flag_as_value"
    assert (error.params["flag"], error.params["asked"]) == ("--style", "--n")


def test_an_unknown_flag_in_a_values_place_is_an_error() -> None:
    assert error_of("a fox --style --chaos").text_id == "imagine.unknown_flag"


@pytest.mark.parametrize("value", ['"oil', "'90s", '“oil"', "‘oil'", "「oil"])
def test_an_unclosed_quote_is_told_with_its_other_half(value: str) -> None:
    error = error_of(f"a fox --style {value} paint")
    assert error.text_id == "imagine.unclosed_quote"
    assert error.params["opening"] == value[0]


@pytest.mark.parametrize(
    "text",
    [
        'a fox --style "oil"paint',
        "--style 'van gogh's stars' fox",
        "--style 「水彩」狐狸",
        "--style “oil”--n 2 fox",
        "--style 「水彩」—abc",
        "--style 'oil', fox",
    ],
)
def test_text_glued_to_a_closing_quote_is_an_error(text: str) -> None:
    assert error_of(text).text_id == "imagine.glued_to_quote"


@pytest.mark.parametrize("typed", ["3", "３", "'3'", "03"])
def test_a_count_is_read_in_any_width(typed: str) -> None:
    assert parse(f"fox --n {typed}").n == 3


@pytest.mark.parametrize("typed", ["0", "5", "-1", "1.5", "two", "², ", "٣", "9" * 5000])
def test_a_count_outside_the_rule_is_told_with_it(typed: str) -> None:
    error = error_of(f"fox --n {typed}")
    assert error.text_id == "imagine.bad_count"
    assert error.params["most"] == 4
    assert len(str(error.params["asked"])) <= 60


def test_the_most_images_is_a_setting() -> None:
    with pytest.raises(UserError) as caught:
        parse_imagine("fox --n 2", ImagineDefaults(max_images=1))
    assert caught.value.params == {"asked": "2", "most": 1, "example": "--n 1"}


@pytest.mark.parametrize("typed", ["cogview-4", "CogView-4", "ｃｏｇｖｉｅｗ－４", '"cogview-4"'])
def test_a_model_is_read_in_any_width_and_case(typed: str) -> None:
    assert parse(f"fox --model {typed}").model == "cogview-4"


def test_an_unknown_model_is_told_with_those_there_are() -> None:
    error = error_of("fox --model dall-e")
    assert error.text_id == "imagine.bad_model"
    assert "cogview-3-flash" in str(error.params["models"])


@pytest.mark.parametrize(
    ("text", "quality"),
    [
        ("fox --quality hd", "hd"),
        ("fox --quality ＨＤ", "hd"),
        ("fox --quality standard --model cogview-4", "standard"),
        ("fox --model cogview-3-flash", None),
    ],
)
def test_a_quality_is_the_models(text: str, quality: str | None) -> None:
    assert parse(text).quality == quality


@pytest.mark.parametrize("text", ["fox --quality standard", "fox --quality 4k --model cogview-4"])
def test_a_quality_the_model_lacks_is_an_error(text: str) -> None:
    error = error_of(text)
    assert error.text_id == "imagine.bad_quality"
    assert error.params["example"] == "--quality hd"
