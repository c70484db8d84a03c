"""Sizes and ratios by each model's rules, and what images cost where."""

from __future__ import annotations

import pytest

from glm_slackbot.domain.aspect import size_for_ratio, sizes_by_ratio
from glm_slackbot.domain.errors import UserError
from glm_slackbot.domain.image_models import (
    MODELS,
    Provider,
    check_provider_has,
    model_named,
    price_micros,
)
from glm_slackbot.domain.imagine import ImagineDefaults, parse_imagine, size_note
from glm_slackbot.domain.size import AspectRatio, Size
from glm_slackbot.domain.size_rules import check_size, fits, nearest_size, valid_sizes


def size_of(flags: str, defaults: ImagineDefaults | None = None) -> str:
    return str(parse_imagine(f"a fox {flags}", defaults or ImagineDefaults()).size)


def error_of(flags: str) -> UserError:
    with pytest.raises(UserError) as caught:
        size_of(flags)
    return caught.value


@pytest.mark.parametrize(
    "typed",
    [
        "1728x960",
        "1728X960",
        "1728×960",
        "1728*960",
        "１７２８ｘ９６０",
        "１７２８＊９６０",
        "'1728 x 960'",
    ],
)
def test_a_size_may_be_typed_in_many_ways(typed: str) -> None:
    assert size_of(f"--size {typed}") == "1728x960"


@pytest.mark.parametrize("typed", ["big", "1024", "1024x", "x", "1:1", "10x10x10", "9" * 99 + "x1"])
def test_what_is_no_size_is_told_with_an_example(typed: str) -> None:
    error = error_of(f"--size {typed}")
    assert error.text_id == "imagine.bad_size"
    assert error.params["example"] == "--size 1280x1280"


@pytest.mark.parametrize(
    ("flags", "rule", "example"),
    [
        ("--size 500x1024", "imagine.size_out_of_limits", "512x1024"),
        ("--size 0x0", "imagine.size_out_of_limits", "512x512"),
        ("--size 99999x1024", "imagine.size_out_of_limits", "2048x1024"),
        ("--size 1000x1024", "imagine.size_off_step", "992x1024"),
        ("--size 1040x1024", "imagine.size_off_step", "1024x1024"),
        ("--size 1025x1024 --model cogview-4", "imagine.size_off_step", "1024x1024"),
        ("--size 2048x1040 --model cogview-4", "imagine.size_too_many_pixels", "2032x1024"),
    ],
)
def test_a_size_outside_the_rules_names_the_rule_and_the_nearest(
    flags: str, rule: str, example: str
) -> None:
    error = error_of(flags)
    assert error.text_id == rule
    typed_example = str(error.params["example"])
    model = "cogview-4" if "cogview" in flags else "glm-image"
    assert fits(MODELS[model], Size(*map(int, typed_example.split()[1].split("x"))))
    if rule != "imagine.size_too_many_pixels":
        assert typed_example == f"--size {example}"


def test_the_largest_and_smallest_sizes_are_allowed() -> None:
    assert size_of("--size 2048x2048") == "2048x2048"
    assert size_of("--size 512x512") == "512x512"
    assert size_of("--size 2048x1024 --model cogview-4") == "2048x1024"


@pytest.mark.parametrize("name", MODELS)
def test_each_models_own_sizes_keep_its_rules(name: str) -> None:
    model = model_named(name)
    for size in (model.default_size, *model.recommended.values()):
        check_size(model, size)
        assert nearest_size(model, size) == size


@pytest.mark.parametrize("name", MODELS)
def test_a_ratio_of_the_table_is_that_size(name: str) -> None:
    for ratio, size in sizes_by_ratio(model_named(name)):
        assert size_of(f"--model {name} --ar {ratio}") == str(size)


@pytest.mark.parametrize(
    ("typed", "size"),
    [
        ("square", "1280x1280"),
        ("SQUARE", "1280x1280"),
        ("landscape", "1472x1088"),
        ("portrait", "1088x1472"),
        ("ｐｏｒｔｒａｉｔ", "1088x1472"),
        ("１６：９", "1728x960"),
        ("16：9", "1728x960"),
        ("32:18", "1728x960"),
        ("1920:1080", "1728x960"),
        ("'16 : 9'", "1728x960"),
        ("1.5:1", "1568x1056"),
        ("21:9", "2016x864"),
        ("9:21", "864x2016"),
        ("5:4", "1440x1152"),
        ("4:1", "2048x512"),
        ("1:4", "512x2048"),
        ("9:2", "2048x512"),
    ],
)
def test_a_ratio_becomes_a_size(typed: str, size: str) -> None:
    assert size_of(f"--ar {typed}") == size


@pytest.mark.parametrize(
    ("typed", "size"), [("3:2", "1248x832"), ("2:3", "832x1248"), ("2:1", "1440x720")]
)
def test_cogview_computes_what_its_table_lacks(typed: str, size: str) -> None:
    assert size_of(f"--model cogview-4 --ar {typed}") == size


@pytest.mark.parametrize(
    "typed", ["0:1", "1:0", "0:0", "16x9", "16", "-1:1", "a:b", "1:" + "9" * 5000, "wide", "1.:1"]
)
def test_what_is_no_ratio_is_told_with_an_example(typed: str) -> None:
    error = error_of(f"--ar {typed}")
    assert error.text_id == "imagine.bad_ratio"
    assert error.params["example"] == "--ar 16:9"


@pytest.mark.parametrize("typed", ["5:1", "1:5", "10:1", "99999:1", "1:99999"])
@pytest.mark.parametrize("name", MODELS)
def test_a_ratio_too_far_names_the_widest(typed: str, name: str) -> None:
    error = error_of(f"--ar {typed} --model {name}")
    assert error.text_id == "imagine.ratio_too_far"
    assert (error.params["widest"], error.params["tallest"]) == ("4:1", "1:4")
    assert size_of(f"{error.params['example']} --model {name}") == "2048x512"


@pytest.mark.parametrize("name", MODELS)
def test_every_computed_size_is_near_in_ratio_and_valid(name: str) -> None:
    model = model_named(name)
    for width in range(1, 17):
        for height in range(1, 17):
            ratio = AspectRatio(width, height)
            if 0.25 <= ratio.value <= 4:
                size = size_for_ratio(model, ratio)
                check_size(model, size)
                assert ratio.distance(size) < 1.08


def test_the_default_size_holds_where_nothing_else_is_said() -> None:
    assert size_of("") == "1280x1280"
    assert size_of("--model cogview-4") == "1024x1024"


def test_a_default_size_that_suits_the_model_is_taken() -> None:
    defaults = ImagineDefaults(size=Size(1728, 960))
    assert size_of("", defaults) == "1728x960"
    assert size_of("--model cogview-4", defaults) == "1728x960"


def test_a_default_size_that_does_not_suit_the_model_gives_way() -> None:
    assert size_of("--model cogview-4", ImagineDefaults(size=Size(2048, 2048))) == "1024x1024"


@pytest.mark.parametrize(
    ("flags", "note"),
    [
        ("--size 1952x832", "imagine.small_side_note"),
        ("--size 1728x960", None),  # in the provider's own table
        ("--size 1024x1024", None),
        ("--size 512x512 --model cogview-4", None),
    ],
)
def test_a_small_side_of_glm_image_is_remarked(flags: str, note: str | None) -> None:
    assert size_note(parse_imagine(flags, ImagineDefaults())) == note


def test_a_few_thousand_sizes_are_made_once() -> None:
    assert valid_sizes("cogview-4") is valid_sizes("cogview-4")
    assert len(valid_sizes("glm-image")) == 49 * 49


@pytest.mark.parametrize(
    ("name", "provider", "price"),
    [
        ("glm-image", Provider.BIGMODEL, 100_000),
        ("glm-image", Provider.ZAI, 15_000),
        ("cogview-4", Provider.BIGMODEL, 60_000),
        ("cogview-4-250304", Provider.ZAI, 10_000),
        ("cogview-3-flash", Provider.BIGMODEL, 0),
    ],
)
def test_prices_are_by_model_and_provider(name: str, provider: Provider, price: int) -> None:
    assert price_micros(name, provider) == price


@pytest.mark.parametrize("name", ["cogview-4", "cogview-3-flash"])
def test_a_model_the_provider_lacks_is_refused_with_those_it_has(name: str) -> None:
    with pytest.raises(UserError) as caught:
        parse_imagine(f"fox --model {name}", ImagineDefaults(provider=Provider.ZAI))
    assert caught.value.text_id == "imagine.model_not_at_provider"
    assert caught.value.params["provider"] == "api.z.ai"
    assert caught.value.params["available"] == ("glm-image", "cogview-4-250304")


def test_a_model_the_provider_has_is_let_through() -> None:
    check_provider_has(model_named("cogview-4"), Provider.BIGMODEL)
    assert parse_imagine("fox", ImagineDefaults(provider=Provider.ZAI)).model == "glm-image"


def test_a_provider_knows_its_host_and_currency() -> None:
    assert (Provider.BIGMODEL.host, Provider.BIGMODEL.currency) == ("open.bigmodel.cn", "CNY")
    assert (Provider.ZAI.host, Provider.ZAI.currency) == ("api.z.ai", "USD")
