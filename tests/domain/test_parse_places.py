"""Where a flag may stand, by which prefixes, and what is left of the prompt."""

from __future__ import annotations

import pytest

from glm_slackbot.domain.errors import UserError
from glm_slackbot.domain.imagine import ImageRequest, ImagineDefaults, parse_imagine
from glm_slackbot.domain.size import Size


def parse(text: str) -> ImageRequest:
    return parse_imagine(text, ImagineDefaults())


@pytest.mark.parametrize("prefix", ["--", "－－", "—", "——", "–"])
@pytest.mark.parametrize("name", ["size", "SIZE", "Size", "ｓｉｚｅ", "ＳＩＺＥ", "ｓize"])
def test_every_prefix_and_width_of_a_name_is_the_flag(prefix: str, name: str) -> None:
    request = parse(f"a fox {prefix}{name} 1728x960")
    assert (request.prompt, request.size) == ("a fox", Size(1728, 960))


@pytest.mark.parametrize(
    "before",
    ["", " ", "\n", "\t", "\u00a0", "\u3000", "狐", "の", "ネ", "여", "，", "」", "！", "～"],
)
@pytest.mark.parametrize("prefix", ["--", "－－", "—", "——", "–"])
def test_a_flag_may_start_after_white_space_and_cjk(before: str, prefix: str) -> None:
    request = parse(f"{before}{prefix}n 2")
    assert (request.prompt, request.n) == (before.strip(), 2)


@pytest.mark.parametrize("before", ["a", "7", "é", ".", '"', "(", "-", "Ａ", "９", "🦊"])
def test_elsewhere_it_stays_in_the_prompt(before: str) -> None:
    assert parse(f"{before}--n 2").prompt == f"{before}--n 2"


@pytest.mark.parametrize(
    "before",
    ["一只狐狸……", "名字是“小白”", "‘小白’", "他说“走吧。”……", "名字是“Bob”", "キツネ…", "“여우”"],
)
@pytest.mark.parametrize("prefix", ["--", "－－", "—", "——", "–"])
def test_behind_chinese_an_ellipsis_or_closing_quote_is_a_flags_place(
    before: str, prefix: str
) -> None:
    request = parse(f"{before}{prefix}n 2")
    assert (request.prompt, request.n) == (before, 2)


@pytest.mark.parametrize("before", ["a fox…", "“a fox”", "‘fox’", "”"])
@pytest.mark.parametrize("prefix", ["--", "－－"])
def test_behind_them_two_hyphens_and_an_exact_name_are_a_flag_in_english_too(
    before: str, prefix: str
) -> None:
    request = parse(f"{before}{prefix}ar 16:9")
    assert (request.prompt, request.size) == (before, Size(1728, 960))


@pytest.mark.parametrize(
    "text",
    [
        "an English “quoted”—word",
        "“Stop”—no one moved",
        "“Stop”--then silence",
        "wait…—no, a fox",
        "wait…--what",
        "the dogs’—size matters",
        "a shop sign “开门 open”—no people",
    ],
)
def test_english_typography_behind_them_stays_in_the_prompt(text: str) -> None:
    assert parse(text).prompt == text


@pytest.mark.parametrize(
    "text", ["狐--no-watermark”—n 2", "“狐--style 水彩”—n 2", "狐 --style 水彩……—n 2"]
)
def test_a_flag_cut_out_before_the_mark_does_not_hide_the_next(text: str) -> None:
    assert parse(text).n == 2


@pytest.mark.parametrize(
    "text",
    [
        "a lone -- stays",
        "--",
        "--- and ---n and ---size",
        "--5 and -size and - size",
        "-- fox",
        "—-size 3",
        "––size 3",
        "-－size 3",
        "3—size",
        "dusk — soft light – calm ——",
        "a knight—no, a queen",
        "—nothing —nowhere —no-nonsense —née —nö —arc —nn",
        "—siiize —modeler —quantity —lifestyle",
        "it's “quoted” 'here' \"there\" 🦊👩‍🚀",
        "two  spaces\n\nand lines",
        "--风格 水彩",
        "<b> &amp; x",
    ],
)
def test_all_else_stays_as_typed(text: str) -> None:
    assert parse(text) == ImageRequest(text, "glm-image", Size(1280, 1280))


def test_accents_typed_as_marks_of_their_own_belong_to_the_word() -> None:
    assert parse("—no\u0308 fox").prompt == "—no\u0308 fox"


@pytest.mark.parametrize(
    ("text", "prompt"),
    [
        ("a fox  --n 2   in snow", "a fox in snow"),
        ("a fox\n--n 2 in snow", "a fox\nin snow"),
        ("a fox --n 2 \r\n in snow", "a fox\nin snow"),
        ("a fox --n 2\n--ar 1:1 in snow", "a fox\nin snow"),
        ("a fox\u3000--n 2\u00a0in snow", "a fox in snow"),
        ("--n 2   a  fox ", "a  fox"),
        ("\n a fox --n 2\n", "a fox"),
        ("狐狸--no-watermark，雪", "狐狸，雪"),
        ("狐狸——n 2 雪", "狐狸 雪"),
        ('"a fox --n 2 in snow"', '"a fox in snow"'),
        ("“a fox” --n 2", "“a fox”"),
        ("「狐狸」--n 2", "「狐狸」"),
        ("--n 2", ""),
    ],
)
def test_white_space_around_a_flag_becomes_one_space(text: str, prompt: str) -> None:
    assert parse(text).prompt == prompt


@pytest.mark.parametrize(
    ("typed", "nearest"),
    [("--sizes", "--size"), ("－－stlye", "--style"), ("--watermark", "--no-watermark")],
)
def test_an_unknown_word_after_hyphens_names_the_nearest_flag(typed: str, nearest: str) -> None:
    with pytest.raises(UserError) as caught:
        parse(f"a fox {typed} x")
    assert caught.value.text_id == "imagine.unknown_flag_near"
    assert caught.value.params["asked"] == typed
    assert caught.value.params["nearest"] == nearest


def test_an_unknown_word_unlike_any_flag_lists_them_all() -> None:
    with pytest.raises(UserError) as caught:
        parse("a fox --chaos 20")
    assert caught.value.text_id == "imagine.unknown_flag"
    assert "`--no-watermark`" in str(caught.value.params["flags"])


@pytest.mark.parametrize("dash", ["—", "——", "–"])
@pytest.mark.parametrize(
    ("word", "nearest"),
    [
        ("siz", "--size"),
        ("sizee", "--size"),
        ("side", "--size"),
        ("szie", "--size"),
        ("ＭＯＤＡＬ", "--model"),
        ("no-watermarks", "--no-watermark"),
    ],
)
def test_a_near_flag_after_a_dash_is_an_error_that_names_it(
    dash: str, word: str, nearest: str
) -> None:
    with pytest.raises(UserError) as caught:
        parse(f"a fox {dash}{word} x")
    assert caught.value.text_id == "imagine.dash_before_near_flag"
    assert caught.value.params["asked"] == dash + word
    assert caught.value.params["nearest"] == nearest


def test_flags_come_in_any_order() -> None:
    text = "--n 2 a fox --style oil --model cogview-4 at dusk --quality hd --ar 16:9 --no rain"
    assert parse(text + " --no-watermark") == ImageRequest(
        prompt="a fox at dusk",
        model="cogview-4",
        size=Size(1344, 768),
        n=2,
        quality="hd",
        style="oil",
        avoid="rain",
        watermark=False,
    )


@pytest.mark.parametrize("again", ["--size 1024x1024", "—size 1280x1280", "－－ＳＩＺＥ=1x1"])
def test_a_flag_given_twice_is_an_error(again: str) -> None:
    with pytest.raises(UserError, match=r"imagine\.repeated_flag"):
        parse(f"a fox --size 1024x1024 {again}")


def test_a_switch_given_twice_is_an_error() -> None:
    with pytest.raises(UserError, match=r"imagine\.repeated_flag"):
        parse("--no-watermark fox --no-watermark")


def test_size_and_ratio_exclude_each_other() -> None:
    with pytest.raises(UserError, match=r"imagine\.size_and_ratio"):
        parse("a fox --size 1024x1024 --ar 1:1")
