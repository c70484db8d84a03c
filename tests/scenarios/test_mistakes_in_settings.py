"""A mistake in the settings is told under its field; what the form leaves out stays."""

from __future__ import annotations

from typing import Any

import pytest

from glm_slackbot.app.serve import Bot
from glm_slackbot.domain.workspace import WorkspaceSettings
from glm_slackbot.listeners.payloads import values_of
from glm_slackbot.listeners.settings_fields import filled_in as filled_in_form
from glm_slackbot.sandbox.world import World

from .administering import acts, saved
from .settings_form import open_settings, submit

pytestmark = pytest.mark.usefixtures("unhurried", "mannerly")


@pytest.mark.parametrize(
    ("field", "typed", "words"),
    [
        ("size", "big", "for example: 1280x1280."),
        ("size", "500x500", "each side must be"),
        ("max_images", "11", "from 1 to 10"),
        ("max_images", "0", "from 1 to 10"),
        ("daily_images", "-1", "from 0 to"),
        ("daily_images", "1.5", "from 0 to"),
        ("minute_images", "many", "from 1 to"),
        ("budget_CNY", "a lot", "An amount of money"),
        ("budget_CNY", "12,50", "An amount of money"),
        ("budget_CNY", "100000001", "An amount of money"),
        ("channels", ["D1"], "Choose channels"),
        ("channels", ["<!channel>"], "Choose channels"),
        ("model", "dall-e", "There is no model"),
        ("locale", "fr", "one of the languages"),
        ("prompt_days", "761", "from 0 to 760"),
    ],
)
async def test_a_mistake_is_told_under_its_field_and_saves_nothing(
    world: World, bot: Bot, field: str, typed: Any, words: str
) -> None:
    view = await open_settings(world)
    answer = await submit(world, view, **{field: typed})
    assert answer.json is not None
    assert list(answer.json["errors"]) == [field]
    assert words in answer.json["errors"][field]
    assert view.is_open
    assert (await saved(bot)).settings == WorkspaceSettings()
    assert await acts(bot) == []


async def test_several_mistakes_are_told_at_once(world: World, bot: Bot) -> None:
    view = await open_settings(world)
    answer = await submit(world, view, size="x", max_images="99", prompt_days="x")
    assert answer.json is not None
    assert set(answer.json["errors"]) == {"size", "max_images", "prompt_days"}


def test_what_a_submission_does_not_speak_of_is_not_changed() -> None:
    typed = {"max_images": {"a": {"value": "2"}}, "odd": {"a": {"value": "2"}}}
    shown = [{"type": "input", "block_id": "max_images"}, {"type": "input", "block_id": "size"}]
    view = {"state": {"values": typed}}
    for blocks in ([], shown):
        assert filled_in_form({"view": {**view, "blocks": blocks}}).changed == {"max_images"}


def test_nothing_is_read_of_a_form_that_was_tampered_with() -> None:
    assert values_of({"view": None}) == values_of({}) == {}
    assert values_of({"view": {"state": {"values": {"size": {}}}}}) == {"size": {}}
