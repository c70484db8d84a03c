"""Again on the Home tab: the image goes where the first one is, or comes as a direct message."""

from __future__ import annotations

import pytest

from glm_slackbot.app.serve import Bot
from glm_slackbot.sandbox.world import World

from .administering import see_home, words_of
from .admins import save
from .seeing import at_rest, results, see_direct, see_result, see_results

pytestmark = pytest.mark.usefixtures("mannerly")


async def drawn_once(world: World, bot: Bot) -> None:
    await world.slack.command("a fox", user="U1", channel="C1")
    await see_result(world)
    await at_rest(world, bot)


async def press_again(world: World) -> None:
    await world.slack.press(await see_home(world, "U1"), "Again", user="U1")


async def test_it_makes_the_image_again_says_where_and_shows_what_is_used_now(
    world: World, bot: Bot
) -> None:
    await drawn_once(world, bot)
    home = await see_home(world, "U1")
    assert "Again makes an image once more in the place where it is now" in words_of(home)
    assert "1 of 50" in words_of(home)
    await world.slack.press(home, "Again", user="U1")
    said = await see_direct(world, "U1", "Request accepted")
    assert "will appear in #C1" in said.words
    await see_results(world, 2)
    await world.until(lambda: "2 of 50" in words_of(home))


async def test_in_a_thread_it_stays_in_the_thread(world: World, bot: Bot) -> None:
    message = await world.slack.mention("@bot a fox", user="U1", channel="C1")
    await see_result(world)
    await at_rest(world, bot)
    await press_again(world)
    assert [m.thread_ts for m in await see_results(world, 2)] == [message.ts, message.ts]


@pytest.mark.parametrize("fate", ["archived", "gone", "bot removed", "private now"])
async def test_where_it_cannot_be_posted_any_more_it_comes_as_a_direct_message(
    world: World, bot: Bot, fate: str
) -> None:
    await drawn_once(world, bot)
    channels, bot_user = world.slack.workspace.channels, world.slack.workspace.bot_user_id
    if fate == "archived":
        channels["C1"].archived = True
    elif fate == "gone":
        del channels["C1"]
    else:
        channels["C1"].members.discard(bot_user)
        channels["C1"].kind = "private" if fate == "private now" else channels["C1"].kind
    world.clock.advance(2)  # type: ignore[union-attr]
    await press_again(world)
    await world.until(lambda: [m for m in world.slack.direct_messages_of("U1") if m.files], 20.0)
    assert len(world.glm.purchases) == 2


@pytest.mark.parametrize("is_in", [True, False], ids=["in it", "left it"])
async def test_into_a_private_channel_only_who_is_in_it_still(
    world: World, bot: Bot, is_in: bool
) -> None:
    await drawn_once(world, bot)
    channel = world.slack.workspace.channels["C1"]
    channel.kind = "private"
    channel.members |= {f"U{n}" for n in range(1000, 2500)}
    if not is_in:
        channel.members.discard("U1")
    world.clock.advance(2)  # type: ignore[union-attr]
    await press_again(world)
    place = "C1" if is_in else world.slack.workspace.bot_dm("U1").id
    await see_results(world, 2 if is_in else 1, place)
    assert len(results(world)) == (2 if is_in else 1)


async def test_a_channel_that_is_not_on_the_list_any_more_is_told(world: World, bot: Bot) -> None:
    await drawn_once(world, bot)
    await save(world, bot, channels=("C2",))
    await press_again(world)
    await see_direct(world, "U1", "these channels of this workspace only")
    assert len(results(world)) == len(world.glm.purchases) == 1


async def test_an_image_of_a_direct_message_comes_there_again(world: World, bot: Bot) -> None:
    message = await world.slack.direct_message("a fox", user="U1")
    await see_result(world, message.channel)
    await at_rest(world, bot)
    await press_again(world)
    await see_direct(world, "U1", "in your direct messages with me")
    await see_results(world, 2, message.channel)
