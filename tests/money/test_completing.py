"""A file that is up and was never completed is completed later, whatever Slack tells of it."""

from __future__ import annotations

import pytest

from glm_slackbot.app.serve import Bot
from glm_slackbot.sandbox.slack_weather import error
from glm_slackbot.sandbox.world import World


@pytest.mark.parametrize("told", [False, True], ids=["not told of", "told of"])
async def test_try_again_completes_what_was_never_shared(
    world: World, bot: Bot, told: bool
) -> None:
    world.slack.tells_of_uncompleted_files = told
    world.slack.weather.next("files.completeUploadExternal", error("restricted_action"))
    await world.slack.command("a fox", user="U1", channel="C1")
    failure = await world.until(
        lambda: [m for m in world.slack.ephemerals("U1") if "Try again" in m.labels]
    )
    await world.slack.press(failure[-1], "Try again", user="U1")

    result = await world.until(lambda: [m for m in world.slack.messages("C1") if m.files])
    assert len(result) == 1
    assert len(world.glm.purchases) == 1


async def test_a_bot_that_was_removed_a_moment_ago_buys_nothing(world: World, bot: Bot) -> None:
    await world.slack.command("a fox", user="U1", channel="C1")
    await world.until(lambda: [m for m in world.slack.messages("C1") if m.files])
    await bot.services.clock.sleep(2)
    world.slack.remove_bot("C1")
    await world.slack.command("an owl", user="U1", channel="C1")

    await world.until(lambda: [m for m in world.slack.ephemerals("U1") if "/invite" in m.words])
    assert [p.prompt for p in world.glm.purchases] == ["a fox"]
