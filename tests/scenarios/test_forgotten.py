"""What people see after somebody was forgotten while the bot serves."""

from __future__ import annotations

import pytest

from glm_slackbot.app.forgetting import Forgotten, forget_beside
from glm_slackbot.app.serve import Bot
from glm_slackbot.sandbox.world import World
from glm_slackbot.storage.scope import Scope
from glm_slackbot.storage.tables import jobs

from ..holding import images_held_up
from ..peek import rows
from .admins import save
from .seeing import at_rest, results, see_buttons, see_direct, see_private, see_result, see_results

pytestmark = pytest.mark.usefixtures("mannerly")


async def forget(bot: Bot, user: str, patience: float = 0.0) -> Forgotten:
    return await forget_beside(bot.services.database, Scope(user_id=user), patience=patience)


async def test_an_admin_still_deletes_their_image_and_home_names_a_mark(
    world: World, bot: Bot
) -> None:
    await world.slack.command("a fox", user="U1", channel="C1")
    buttons = await see_buttons(world)
    await world.slack.direct_message("a hare", user="U1")
    await see_direct(world, "U1", "a hare")
    await at_rest(world, bot)
    assert await forget(bot, "U1") == Forgotten(people=1, left=0)

    await world.slack.press(buttons, "Again", user="U3")
    await see_private(world, "U3")
    await world.slack.press(buttons, "Delete", user="U2")
    await see_private(world, "U2", "deleted for everyone")
    assert results(world) == []
    await world.slack.open_home("U2")
    home = await world.until(lambda: world.slack.home_of("U2"))
    assert "U1" not in str(home.content)
    (mark,) = {row["user_id"] for row in await rows(bot.services.database, jobs)}
    assert f"• {mark}: 2" in str(home.content)
    assert f"@{mark}" not in str(home.content)


async def test_what_runs_may_end_first_and_a_quota_begins_anew(world: World, bot: Bot) -> None:
    await save(world, bot, daily_images=1)
    with images_held_up(world.glm):
        await world.slack.command("a fox", user="U1", channel="C1")
        await world.until(lambda: world.glm.purchases)
        assert await forget(bot, "U1") == Forgotten(people=1, left=1)
        assert [row["prompt"] for row in await rows(bot.services.database, jobs)] == ["a fox"]
    await see_result(world)
    assert await forget(bot, "U1", patience=20.0) == Forgotten(people=1, left=0)
    assert [row["prompt"] for row in await rows(bot.services.database, jobs)] == [""]
    await world.slack.command("an owl", user="U1", channel="C1")
    await see_results(world, 2)
