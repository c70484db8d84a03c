"""Settings whose window is closed, or does not come, while Slack or the rows fail."""

from __future__ import annotations

import pytest
from sqlalchemy.schema import DropTable

from glm_slackbot.app.serve import Bot
from glm_slackbot.sandbox.slack_weather import error
from glm_slackbot.sandbox.world import World
from glm_slackbot.storage.tables import workspaces
from glm_slackbot.ui import actions

from .administering import ADMIN, saved, see_home, see_modal, words_of
from .settings_form import open_settings, save, submit

pytestmark = pytest.mark.usefixtures("unhurried", "mannerly")


async def test_a_modal_that_slack_does_not_open_changes_nothing(world: World, bot: Bot) -> None:
    home = await see_home(world)
    world.slack.weather.next("views.open", error("fatal_error"))
    await world.slack.press(home, actions.SETTINGS, user=ADMIN)
    await world.until(lambda: len(world.slack.calls("users.info")) > 0)
    await save(world, daily_images="3")


async def test_a_modal_that_was_closed_meanwhile_has_saved_all_the_same(
    world: World, bot: Bot
) -> None:
    view = await open_settings(world)
    await submit(world, view, daily_images="3")
    await world.slack.close_view(view, user=ADMIN)
    await world.until(lambda: "24 hours: 3" in words_of(world.slack.home_of(ADMIN)))
    assert (await saved(bot)).settings.daily_images == 3


async def test_a_result_that_slack_does_not_take_was_saved_all_the_same(
    world: World, bot: Bot
) -> None:
    view = await open_settings(world)
    world.slack.weather.always("views.update", error("fatal_error"))
    await submit(world, view, daily_images="3")
    await world.until(lambda: "24 hours: 3" in words_of(world.slack.home_of(ADMIN)))
    assert "the Home tab shows what is saved" in words_of(view)


async def test_where_the_rows_cannot_be_read_nothing_is_saved(world: World, bot: Bot) -> None:
    view = await open_settings(world)
    async with bot.services.database.write() as connection:
        await connection.execute(DropTable(workspaces))
    await submit(world, view, daily_images="3")
    assert "input" not in words_of(await see_modal(world, "reference"))
