"""What an admin types into the settings, read by the rules."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Any

import pytest

from glm_slackbot.domain.image_models import Provider
from glm_slackbot.domain.imagine import ImagineDefaults
from glm_slackbot.domain.settings_form import FormMistakes, SettingsForm, read_settings_form
from glm_slackbot.domain.size import Size
from glm_slackbot.domain.workspace import Budget, WorkspaceSettings

AT_BIGMODEL = ImagineDefaults(provider=Provider.BIGMODEL)
START = WorkspaceSettings()
IN_USD = replace(START, budget=Budget(5_000_000, "USD"))
FULL = WorkspaceSettings(
    model="glm-image",
    size=Size(2048, 2048),
    max_images=2,
    budget=Budget(12_500_000, "CNY"),
    channels=("C1", "G2"),
    allows_guests=True,
    watermark=False,
    locale="zh",
    prompt_days=0,
)


ALL = tuple(SettingsForm.__dataclass_fields__)


def read(
    before: WorkspaceSettings = START,
    installation: ImagineDefaults = AT_BIGMODEL,
    changed: Collection[str] = ALL,
    **typed: Any,
) -> WorkspaceSettings:
    return read_settings_form(SettingsForm(**typed), changed, before, installation)


def mistakes(before: WorkspaceSettings = START, **typed: Any) -> dict[str, str]:
    with pytest.raises(FormMistakes) as caught:
        read(before, **typed)
    return {field: error.text_id for field, error in caught.value.by_field.items()}


def test_an_empty_form_is_the_start() -> None:
    full = WorkspaceSettings(model="cogview-4", max_images=3, locale="zh", prompt_days=0)
    assert read(full) == START


@pytest.mark.parametrize(
    ("field", "typed", "value"),
    [
        ("max_images", "10", 10), ("max_images", " ４ ", 4), ("daily_images", "0", 0),
        ("minute_images", "1000", 1000), ("prompt_days", "0", 0), ("prompt_days", "", 365),
        ("size", "1024X1024", Size(1024, 1024)), ("size", " ", None),
        ("model", "cogview-4", "cogview-4"),
        ("channels", ("C1", "G2"), ("C1", "G2")), ("channels", (), None), ("locale", "en", "en"),
    ],
)  # fmt: skip
def test_a_field_is_read(field: str, typed: Any, value: Any) -> None:
    assert getattr(read(**{field: typed}), field) == value


@pytest.mark.parametrize(
    ("typed", "micros"),
    [("50", 50_000_000), ("12.5", 12_500_000), ("1,234.50", 1_234_500_000), ("0", 0),
     ("0.000001", 1), ("１００．５", 100_500_000)],
)  # fmt: skip
def test_a_budget_is_exact(typed: str, micros: int) -> None:
    assert read(budget=typed, currency="CNY").budget == Budget(micros, "CNY")


@pytest.mark.parametrize("typed", ["", "none", "None", "无", "-"])
def test_no_budget_is_wanted(typed: str) -> None:
    before = replace(START, budget=Budget(1, "CNY"))
    assert read(before, budget=typed, currency="CNY").budget is None


@pytest.mark.parametrize(
    ("field", "typed", "text_id"),
    [
        ("max_images", "11", "settings.not_whole"),
        ("max_images", "0", "settings.not_whole"),
        ("daily_images", "ten", "settings.not_whole"),
        ("daily_images", "1" * 5000, "settings.not_whole"),
        ("minute_images", "0", "settings.not_whole"),
        ("prompt_days", "761", "settings.not_whole"),
        ("model", "dall-e", "imagine.bad_model"),
        ("size", "large", "imagine.bad_size"),
        ("size", "100x100", "imagine.size_out_of_limits"),
        ("channels", ("D1",), "settings.not_channels"),
        ("channels", tuple(f"C{n}" for n in range(101)), "settings.not_channels"),
        ("locale", "fr", "settings.bad_language"),
    ],
)
def test_a_field_that_cannot_be_used_is_named(field: str, typed: Any, text_id: str) -> None:
    assert mistakes(**{field: typed}) == {field: text_id}


def test_every_mistake_is_told_at_once() -> None:
    assert mistakes(model="x", size="1x1", max_images="x") == {
        "model": "imagine.bad_model",
        "max_images": "settings.not_whole",
    }


def test_the_size_is_held_against_the_model_chosen() -> None:
    assert mistakes(model="cogview-4", size="2048x2048") == {"size": "imagine.size_too_many_pixels"}
    assert read(size="2048x2048").size == Size(2048, 2048)


def test_the_model_must_be_the_providers_where_that_is_known() -> None:
    at_zai = replace(AT_BIGMODEL, provider=Provider.ZAI)
    with pytest.raises(FormMistakes) as caught:
        read(installation=at_zai, model="cogview-4")
    assert caught.value.by_field["model"].text_id == "imagine.model_not_at_provider"
    unknown = replace(AT_BIGMODEL, provider=None)
    assert read(installation=unknown, model="cogview-4").model == "cogview-4"


def test_a_budget_of_another_currency_is_asked_for_again() -> None:
    assert mistakes(IN_USD, currency="CNY") == {"budget": "settings.budget_again"}
    assert read(IN_USD, currency="CNY", budget="none").budget is None
    assert read(IN_USD, currency="CNY", budget="7").budget == Budget(7_000_000, "CNY")


def test_a_budget_for_a_provider_that_was_changed_meanwhile_is_not_taken() -> None:
    assert mistakes(currency="USD", budget="5") == {"budget": "settings.api_key_changed"}
    with pytest.raises(FormMistakes):
        read(installation=replace(AT_BIGMODEL, provider=None), currency="CNY", budget="5")


def test_where_no_budget_was_asked_for_the_earlier_one_stays() -> None:
    assert read(IN_USD, currency=None, budget="9").budget == IN_USD.budget


@pytest.mark.parametrize(
    "typed",
    ["-1", "1e3", "1.2.3", "0.0000001", "100000001", "5 CNY", "12,50", "1,2345", ",5", "1,,000"],
)
def test_what_is_no_amount_is_told(typed: str) -> None:
    assert mistakes(budget=typed, currency="CNY") == {"budget": "settings.not_amount"}


def test_what_was_not_changed_stays_as_somebody_else_has_saved_it() -> None:
    now = replace(FULL, daily_images=7)
    assert read(now, changed=["minute_images"], minute_images="3", currency="CNY") == replace(
        now, minute_images=3
    )
    assert read(now, changed=[]) == now


def test_what_was_not_changed_is_held_against_what_was() -> None:
    with pytest.raises(FormMistakes) as caught:
        read(FULL, changed=["model"], model="cogview-4", currency="CNY")
    assert set(caught.value.by_field) == {"size"}


def test_a_model_that_the_provider_does_not_have_is_not_kept() -> None:
    at_zai = replace(AT_BIGMODEL, provider=Provider.ZAI)
    now = WorkspaceSettings(model="cogview-4")
    assert read(now, at_zai, changed=[], currency="USD") == START
    assert read(now, replace(at_zai, provider=None), changed=[]) == now


def test_a_budget_of_another_currency_is_asked_for_again_also_where_it_was_not_touched() -> None:
    with pytest.raises(FormMistakes) as caught:
        read(IN_USD, changed=["minute_images"], minute_images="3", currency="CNY")
    assert caught.value.by_field["budget"].text_id == "settings.budget_again"
