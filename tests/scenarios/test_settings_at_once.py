"""What two admins save at the same time does not run over either."""

from __future__ import annotations

import pytest

from glm_slackbot.app.serve import Bot
from glm_slackbot.domain.job import Origin, OriginKind
from glm_slackbot.domain.workspace import Budget, WorkspaceSettings
from glm_slackbot.sandbox.slack_weather import slow
from glm_slackbot.sandbox.world import World
from glm_slackbot.storage.audit import Act
from glm_slackbot.workflow.admin import audit_entry

from .administering import TEAM, saved, see_modal, words_of
from .settings_form import SAVED, filled_in, open_settings, submit

pytestmark = pytest.mark.usefixtures("unhurried", "mannerly")

ORIGIN = Origin(OriginKind.BUTTON, TEAM, "U9", "", "")


async def test_what_another_admin_saves_meanwhile_is_not_run_over(world: World, bot: Bot) -> None:
    view = await open_settings(world)
    world.clock.advance(61)  # type: ignore[union-attr]
    world.slack.weather.next("users.info", slow(0.5))
    await submit(world, view, daily_images="3")
    in_usd = WorkspaceSettings(budget=Budget(5_000_000, "USD"))
    entry = audit_entry(bot.services, ORIGIN, Act.SETTINGS_CHANGED)
    await bot.services.workspaces.save_settings(TEAM, in_usd, entry)
    await see_modal(world, "The earlier budget is in another currency")
    assert (await saved(bot)).settings == in_usd


async def test_two_admins_who_save_at_the_same_time_both_have_what_they_changed(
    world: World, bot: Bot
) -> None:
    world.slack.workspace.users["U1"].is_admin = True
    one, other = await open_settings(world), await open_settings(world, "U1")
    await submit(world, one, daily_images="7", people=["guests"])
    await see_modal(world, SAVED)
    answers = filled_in(other, {"minute_images": "3"})
    await world.slack.submit(other, answers, user="U1")
    assert "24 hours: 7" in words_of(await see_modal(world, SAVED, "U1"))
    assert (await saved(bot)).settings == WorkspaceSettings(
        daily_images=7, minute_images=3, allows_guests=True
    )
