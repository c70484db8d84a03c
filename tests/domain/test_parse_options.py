"""Flags given beside the text, as a command line has them: the same rules and words."""

from __future__ import annotations

import pytest

from glm_slackbot.domain.errors import UserError
from glm_slackbot.domain.imagine import ImageRequest, ImagineDefaults, parse_imagine
from glm_slackbot.domain.size import Size


def parse(text: str, **options: str) -> ImageRequest:
    named = {name.replace("_", "-"): value for name, value in options.items()}
    return parse_imagine(text, ImagineDefaults(), named)


def test_an_option_counts_as_a_flag_in_the_text() -> None:
    request = parse(
        "a fox --n 2", ar="16:9", style=' oil "painting" ', no="a\ncat", no_watermark=""
    )
    assert (request.prompt, request.n, request.size) == ("a fox", 2, Size(1728, 960))
    assert (request.style, request.avoid) == ('oil "painting"', "a\ncat")
    assert request.watermark is False


@pytest.mark.parametrize(
    ("text", "options", "text_id"),
    [
        ("a fox --ar 1:1", {"ar": "1:1"}, "imagine.repeated_flag"),
        ("a fox --no-watermark", {"no-watermark": ""}, "imagine.repeated_flag"),
        ("a fox --ar 1:1", {"size": "1024x1024"}, "imagine.size_and_ratio"),
        ("a fox", {"style": " ,"}, "imagine.missing_value"),
        ("a fox", {"size": ""}, "imagine.missing_value"),
        ("a fox", {"size": "big"}, "imagine.bad_size"),
    ],
)
def test_a_mistake_in_an_option_is_told_as_one_in_the_text(
    text: str, options: dict[str, str], text_id: str
) -> None:
    with pytest.raises(UserError) as caught:
        parse_imagine(text, ImagineDefaults(), options)
    assert caught.value.text_id == text_id
