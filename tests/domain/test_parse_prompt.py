"""The prompt as it is sent, its length, inheritance and help."""

from __future__ import annotations

import pytest

from glm_slackbot.domain.errors import UserError
from glm_slackbot.domain.flags import Flag
from glm_slackbot.domain.imagine import (
    ImageRequest,
    ImagineDefaults,
    check_prompt,
    flag_table,
    parse_imagine,
    wants_help,
    with_inherited_prompt,
)
from glm_slackbot.domain.prompt_language import is_chinese
from glm_slackbot.domain.styles import STYLES, Style


def parse(text: str) -> ImageRequest:
    return parse_imagine(text, ImagineDefaults())


@pytest.mark.parametrize(
    ("text", "sent"),
    [
        ("a fox", "a fox"),
        ("a fox --style gothic", "a fox, gothic style"),
        ("a fox --style 'gothic style'", "a fox, gothic style"),
        ("a fox. --style gothic --no people", "a fox. gothic style, without people"),
        ("a fox --no 'people, text.'", "a fox, without people, text"),
        ("a fox --style 像素", "a fox, pixel art style"),
        ("a fox --style ＰＩＸＥＬ", "a fox, pixel art style"),
        ("一只狐狸 --style 哥特", "一只狐狸，哥特风格"),
        ("一只狐狸 --style 哥特风格", "一只狐狸，哥特风格"),
        ("一只狐狸 --style pixel", "一只狐狸，像素画风格"),
        ("一只狐狸。--style 像素风格 --no 人物", "一只狐狸。像素画风格，不要出现人物"),
        ("キツネ --style pixel", "キツネ, pixel art style"),
        ("--style gothic", "gothic style"),
        ("--no 人物", "不要出现人物"),
    ],
)
def test_style_and_avoided_words_join_in_the_prompts_language(text: str, sent: str) -> None:
    assert parse(text).prompt_as_sent == sent


@pytest.mark.parametrize("style", STYLES, ids=lambda style: style.names[0])
def test_a_named_style_speaks_both_languages(style: Style) -> None:
    assert parse(f"fox --style '{style.names[0]}'").prompt_as_sent == f"fox, {style.english}"
    assert parse(f"狐狸 --style {style.names[-1]}").prompt_as_sent == f"狐狸，{style.chinese}"


@pytest.mark.parametrize(
    ("text", "chinese"),
    [
        ("一只狐狸", True),
        ("赛博朋克 city", True),
        ("a fox", False),
        ("", False),
        ("🦊 123", False),
        ("a neon sign reading 你好 in a rainy street", False),
        ("東京の夜景", False),
        ("한국 漢字", False),
    ],
)
def test_chinese_is_told_from_its_neighbours(text: str, chinese: bool) -> None:
    assert is_chinese(text) is chinese


def test_a_prompt_of_1000_characters_is_the_longest() -> None:
    assert len(parse("🦊" * 1000).prompt_as_sent) == 1000
    with pytest.raises(UserError) as caught:
        parse("🦊" * 1001)
    assert caught.value.params == {"length": 1001, "limit": 1000}


def test_style_and_avoided_words_count_in_the_length() -> None:
    with pytest.raises(UserError) as caught:
        parse("狐" * 998 + " --no 雪")
    assert caught.value.text_id == "imagine.prompt_too_long"
    assert caught.value.params["length"] == 1004


def test_flags_alone_parse_but_make_no_prompt() -> None:
    request = parse("--n 2")
    assert request.prompt == ""
    with pytest.raises(UserError, match=r"imagine\.no_prompt"):
        check_prompt(request)


def test_a_request_with_words_passes_the_check() -> None:
    assert check_prompt(parse("a fox")) == parse("a fox")


def test_flags_alone_take_the_earlier_words_and_styles() -> None:
    earlier = parse("a fox --style oil --no snow --n 3")
    request = with_inherited_prompt(parse("--style ink --ar 16:9"), earlier)
    assert request == parse("a fox --style ink --no snow --ar 16:9")


def test_words_of_its_own_inherit_nothing() -> None:
    request = parse("a horse")
    assert with_inherited_prompt(request, parse("a fox --style oil")) is request


def test_inherited_words_keep_to_the_limit() -> None:
    with pytest.raises(UserError, match=r"imagine\.prompt_too_long"):
        with_inherited_prompt(parse("--style gothic"), parse("a" * 1000))


@pytest.mark.parametrize(
    "text",
    [
        "",
        " \n\u3000",
        "help",
        " HELP ",
        "ｈｅｌｐ",
        "帮助",
        "help!",
        "help?",
        "帮助。",
        "—help",
        "–help",
        "——help",
        "--help",
        "-help",
        "－－帮助！",
        "help…",
    ],
)
def test_help_is_asked_for_by_nothing_or_one_word(text: str) -> None:
    assert wants_help(text)


@pytest.mark.parametrize(
    "text",
    [
        "help me draw a horse",
        "help! a fox",
        "帮助 一只狐狸",
        "helpful",
        "a fox",
        "--n 2",
        "--",
        "?",
    ],
)
def test_more_than_help_is_a_prompt(text: str) -> None:
    assert not wants_help(text)


@pytest.mark.parametrize("flag", flag_table())
def test_every_flags_example_works_in_both_languages(flag: Flag) -> None:
    example = flag.example
    for typed in [example] if isinstance(example, str) else example.values():
        assert parse(f"a fox {typed}").prompt == "a fox"


def test_help_shows_a_flag_with_its_placeholder() -> None:
    assert [flag.usage for flag in flag_table()][:2] == ["--size WxH", "--ar W:H"]
    assert flag_table()[-1].usage == "--no-watermark"
    assert flag_table()[-1].text_id == "help.flag_no_watermark"
