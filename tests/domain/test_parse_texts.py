"""Every mistake a person can type has its sentence in both languages."""

from __future__ import annotations

import tomllib
from importlib import resources

import pytest

from glm_slackbot.domain.errors import UserError
from glm_slackbot.domain.imagine import (
    ImagineDefaults,
    check_prompt,
    flag_table,
    parse_imagine,
    size_note,
)

MISTAKES = {
    "unknown_flag": "fox --chaos 9",
    "unknown_flag_near": "fox --sise 9",
    "dash_before_near_flag": "fox —sise 9",
    "repeated_flag": "fox --n 1 --n 1",
    "size_and_ratio": "fox --ar 1:1 --size 1024x1024",
    "missing_value": "fox --n",
    "flag_as_value": "fox --n --no x",
    "unclosed_quote": "fox --no 'x",
    "glued_to_quote": "fox --no 'x'y",
    "value_for_switch": "fox --no-watermark=1",
    "bad_size": "fox --size {big}",
    "size_out_of_limits": "fox --size 1x1",
    "size_off_step": "fox --size 1000x1000",
    "size_too_many_pixels": "fox --size 2048x2048 --model cogview-4",
    "bad_ratio": "fox --ar 1",
    "ratio_too_far": "fox --ar 9:1",
    "bad_model": "fox --model x",
    "bad_quality": "fox --quality x",
    "bad_count": "fox --n 9",
    "prompt_too_long": "x" * 1001,
}


def texts(language: str, subject: str) -> dict[str, str]:
    file = resources.files("glm_slackbot.texts") / language / f"{subject}.toml"
    return tomllib.loads(file.read_text("utf-8"))


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_told_in_words(name: str, language: str) -> None:
    with pytest.raises(UserError) as caught:
        parse_imagine(MISTAKES[name], ImagineDefaults())
    assert caught.value.text_id == f"imagine.{name}"
    sentence = texts(language, "imagine")[name].format(**caught.value.params)
    assert str(caught.value.params.get("example", "")) in sentence


@pytest.mark.parametrize("language", ["en", "zh"])
def test_what_is_not_a_mistake_of_typing_has_words_too(language: str) -> None:
    request = parse_imagine("--size 512x512", ImagineDefaults())
    with pytest.raises(UserError, match=r"imagine\.no_prompt"):
        check_prompt(request)
    assert {"no_prompt", "model_not_at_provider"} <= texts(language, "imagine").keys()
    assert str(size_note(request)).removeprefix("imagine.") in texts(language, "imagine")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_help_explains_every_flag(language: str) -> None:
    explained = {flag.text_id.removeprefix("help.") for flag in flag_table()}
    assert explained <= texts(language, "help").keys()
