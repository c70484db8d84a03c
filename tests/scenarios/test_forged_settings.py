"""Whoever is no admin any more changes no settings by a window that is still open."""

from __future__ import annotations

import pytest

from glm_slackbot.app.serve import Bot
from glm_slackbot.domain.workspace import WorkspaceSettings
from glm_slackbot.sandbox.world import World
from glm_slackbot.ui import actions

from .administering import ADMIN, acts, demote, saved, see_home, see_modal
from .settings_form import open_settings, submit

pytestmark = pytest.mark.usefixtures("unhurried", "mannerly")


async def test_a_forged_click_on_settings_changes_nothing(world: World, bot: Bot) -> None:
    home = await see_home(world)
    demote(world)
    await world.slack.press(home, actions.SETTINGS, user=ADMIN)
    view = await see_modal(world, "Only admins may do this")
    assert "input" not in {block["type"] for block in view.content["blocks"]}
    assert await acts(bot) == [(ADMIN, "forged", {"wanted": "open_settings"})]


@pytest.mark.parametrize("typed", ["2", "99"])
async def test_forged_settings_change_nothing_and_are_written_down(
    world: World, bot: Bot, typed: str
) -> None:
    view = await open_settings(world)
    demote(world)
    await submit(world, view, max_images=typed)
    if typed == "2":
        await see_modal(world, "Only admins may do this")
    while not (written := await acts(bot)):
        await bot.services.clock.sleep(0.1)
    assert written == [(ADMIN, "forged", {"wanted": "change_settings"})]
    assert (await saved(bot)).settings == WorkspaceSettings()
