"""The two buttons under an image."""

from __future__ import annotations

import pytest

from glm_slackbot.app.serve import Bot
from glm_slackbot.sandbox.world import World
from glm_slackbot.storage.audit import Act

from ..clock import FastClock
from ..conftest import BotStarter
from .seeing import at_rest, results, see_buttons, see_private, see_results

pytestmark = [pytest.mark.usefixtures("mannerly"), pytest.mark.usefixtures("delivery_way")]

SIX_MONTHS = 182 * 24 * 3600.0


async def test_again_makes_the_same_once_more_for_whoever_presses_on_their_own_quota(
    world: World, start_bot: BotStarter
) -> None:
    async with start_bot(user_daily_images=1):
        await world.slack.command("a fox --ar 16:9 --style ink", user="U1", channel="C1")
        await world.slack.press(await see_buttons(world), "Again", user="U2")
        await world.slack.replay()
        (_, again) = await see_results(world, 2)
        await see_private(world, "U2", "already accepted")
        await world.slack.press(await see_buttons(world), "Again", user="U2")
        await see_private(world, "U2", "1 of 1")
    first, second = world.glm.purchases
    assert (first.prompt, first.size) == (second.prompt, second.size)
    assert first.user_id != second.user_id
    assert again.thread_ts is None


async def test_again_in_a_thread_stays_there_and_so_does_its_private_card(
    world: World, bot_by_road: Bot
) -> None:
    message = await world.slack.mention("@bot a fox", user="U1", channel="C1")
    await world.slack.press(await see_buttons(world), "Again", user="U2")
    again = await see_results(world, 2)
    assert [m.thread_ts for m in again] == [message.ts, message.ts]
    assert (await see_private(world, "U2", "accepted")).thread_ts == message.ts


async def test_again_still_works_months_later_and_after_a_restart(
    world: World, start_bot: BotStarter, clock: FastClock
) -> None:
    async with start_bot() as bot:
        await world.slack.command("a fox", user="U1", channel="C1")
        buttons = await see_buttons(world)
        await at_rest(world, bot)
    clock.advance(SIX_MONTHS)
    async with start_bot():
        await world.slack.press(buttons, "Again", user="U3")
        await see_results(world, 2)
    assert [p.prompt for p in world.glm.purchases] == ["a fox", "a fox"]


async def test_again_asks_before_buying_whether_the_bot_can_still_post(
    world: World, bot: Bot, clock: FastClock
) -> None:
    await world.slack.command("a fox", user="U1", channel="C1")
    buttons = await see_buttons(world)
    await at_rest(world, bot)
    world.slack.remove_bot("C1")
    clock.advance(300)
    await world.slack.press(buttons, "Again", user="U2")
    await see_private(world, "U2", "/invite")
    assert len(world.glm.purchases) == 1


@pytest.mark.parametrize("presser", ["U1", "U2"])
async def test_the_requester_and_an_admin_may_delete(
    world: World, bot_by_road: Bot, presser: str
) -> None:
    await world.slack.command("a fox --n 2", user="U1", channel="C1")
    buttons = await see_buttons(world)
    await at_rest(world, bot_by_road)

    await world.slack.press(buttons, "Delete", user=presser)
    await see_private(world, presser, "deleted for everyone")
    acts = await bot_by_road.services.audit.last(world.slack.workspace.team_id, 9)
    assert [(e.user_id, e.act) for e in acts] == (
        [("U2", Act.RESULT_DELETED)] if presser == "U2" else []
    )
    assert [m for m in world.slack.messages("C1") if m.bot_id and not m.is_empty] == []
    assert all(f.content is None for f in world.slack.workspace.files.values())


@pytest.mark.parametrize("presser", ["U3", "U4"])
async def test_others_may_not_delete(world: World, bot: Bot, presser: str) -> None:
    world.slack.workspace.users["U4"].is_admin = True  # a guest is no admin, whatever it says
    await world.slack.command("a fox", user="U1", channel="C1")
    await world.slack.press(await see_buttons(world), "Delete", user=presser)
    await see_private(world, presser, "由这个工作区的管理员" if presser == "U3" else "by an admin")
    assert len(results(world)) == 1
    (entry,) = await bot.services.audit.last(world.slack.workspace.team_id, 9)
    assert (entry.user_id, entry.act) == (presser, Act.DELETE_REFUSED)
    assert entry.details["asker"] == "U1"


async def test_who_may_not_delete_in_a_thread_is_told_beside_the_button(
    world: World, bot: Bot
) -> None:
    message = await world.slack.mention("@bot a fox", user="U1", channel="C1")
    await world.slack.press(await see_buttons(world), "Delete", user="U4")
    assert (await see_private(world, "U4", "by an admin")).thread_ts == message.ts


async def test_delete_in_a_thread_confirms_where_it_can_be_seen(world: World, bot: Bot) -> None:
    await world.slack.mention("@bot a fox", user="U1", channel="C1")
    buttons = await see_buttons(world)
    await at_rest(world, bot)
    await world.slack.press(buttons, "Delete", user="U1")
    await see_private(world, "U1", "deleted for everyone")
    assert results(world) == []
