"""Admins decide in a modal what holds in their workspace, and it holds at once."""

from __future__ import annotations

from typing import Any

import pytest

from glm_slackbot.app.serve import Bot
from glm_slackbot.domain.size import Size
from glm_slackbot.domain.workspace import Budget, WorkspaceSettings
from glm_slackbot.sandbox.slack_weather import slow
from glm_slackbot.sandbox.world import World
from glm_slackbot.ui import actions

from .administering import ADMIN, acts, saved, see_home, see_modal, words_of
from .seeing import see_private, see_result
from .settings_form import open_settings, save, submit

pytestmark = pytest.mark.usefixtures("unhurried", "mannerly")

ALL: dict[str, Any] = {
    "model": "cogview-4",
    "size": "1024x1024",
    "max_images": "2",
    "daily_images": "9",
    "minute_images": "3",
    "budget_CNY": "12.50",
    "channels": ["C1", "G1"],
    "people": ["guests", "strangers"],
    "watermark": ["no_watermark"],
    "locale": "zh",
    "prompt_days": "30",
}
EVERYTHING = WorkspaceSettings(
    model="cogview-4",
    size=Size(1024, 1024),
    max_images=2,
    daily_images=9,
    minute_images=3,
    budget=Budget(12_500_000, "CNY"),
    channels=("C1", "G1"),
    allows_guests=True,
    allows_strangers=True,
    watermark=False,
    locale="zh",
    prompt_days=30,
)


async def test_every_setting_is_saved_shown_and_written_down(world: World, bot: Bot) -> None:
    await save(world, "Saved", **ALL)
    assert (await saved(bot)).settings == EVERYTHING
    ((user, act, details),) = await acts(bot)
    changes = {c["which"]: (c["from"], c["to"]) for c in details["changes"]}
    assert (user, act) == (ADMIN, "settings_changed")
    assert set(changes) == set(WorkspaceSettings.__dataclass_fields__)
    assert changes["budget"] == (None, [12_500_000, "CNY"])
    assert changes["channels"] == (None, ["C1", "G1"])


async def test_the_form_shows_what_is_saved(world: World, bot: Bot) -> None:
    await save(world, "Saved", **ALL)
    await submit(world, await open_settings(world))
    await see_modal(world, "没有任何更改")
    assert (await saved(bot)).settings == EVERYTHING
    assert len(await acts(bot)) == 1


async def test_what_is_emptied_is_as_the_bot_is_set_up_again(world: World, bot: Bot) -> None:
    await save(world, "Saved", max_images="2", size="1024x1024", budget_CNY="5", prompt_days="3")
    await save(world, "Saved", max_images="", size="", budget_CNY="", prompt_days="")
    assert (await saved(bot)).settings == WorkspaceSettings()
    changes = (await acts(bot))[-1][2]["changes"]
    assert {c["which"]: (c["from"], c["to"]) for c in changes}["size"] == ([1024, 1024], None)


async def test_what_is_saved_holds_at_once(world: World, bot: Bot) -> None:
    await save(world, max_images="1", size="1024x1024", channels=["C1"])
    card = await world.slack.command("a fox --n 2", user="U1", channel="C1")
    assert "1" in card.body
    assert "accepted" not in card.body
    await world.slack.command("a fox", user="U1", channel="G1")
    await world.slack.command("a fox", user="U1", channel="C1")
    await see_result(world)
    assert [p.size for p in world.glm.purchases] == [Size(1024, 1024)]


async def test_the_home_tab_shows_what_holds(world: World, bot: Bot) -> None:
    await save(world, daily_images="7", budget_CNY="1234.5")
    home = words_of(await see_home(world))
    assert "24 hours: 7" in home
    assert "1,234.50 CNY" in home


async def test_the_workspaces_language_beats_everybodys_own(world: World, bot: Bot) -> None:
    await save(world, "Saved", locale="zh")
    card = await world.slack.command("a fox", user="U1", channel="C1")
    assert card.shown is not None
    assert "请求" in card.shown.words
    await world.slack.mention("@bot hello", user="U1", channel="C1")
    await see_private(world, "U1", "“画这个”")
    assert "默认模型" in words_of(await see_home(world))


async def test_while_slack_is_slow_the_window_is_open_at_once(world: World, bot: Bot) -> None:
    home = await see_home(world)
    world.clock.advance(61)  # type: ignore[union-attr]
    world.slack.weather.next("users.info", slow(0.8))
    await world.slack.press(home, actions.SETTINGS, user=ADMIN)
    await see_modal(world, "Slack is asked whether you are an admin")
    await see_modal(world, actions.SETTINGS_VIEW)
    assert [c.method for c in world.slack.calls("views.open")] == ["views.open"]
