"""One request, one answer: resent, replayed, edited, and from bots."""

from __future__ import annotations

import asyncio

import pytest

from glm_slackbot.app.serve import Bot
from glm_slackbot.sandbox.slack_parcel import Parcel
from glm_slackbot.sandbox.world import World

from ..conftest import BotStarter
from .seeing import at_rest, results, see_private

pytestmark = pytest.mark.usefixtures("mannerly")


async def test_a_replayed_command_is_told_that_it_was_taken(world: World, bot_by_road: Bot) -> None:
    await world.slack.command("a fox", user="U1", channel="C1")
    answers = [await world.slack.replay() for _ in range(2)]
    await at_rest(world, bot_by_road)
    assert all("already accepted" in answer.body for answer in answers)
    assert len(results(world)) == len(world.glm.purchases) == 1


@pytest.mark.parametrize("way", ["mention", "direct"])
async def test_copies_of_a_message_make_one_image(world: World, bot_by_road: Bot, way: str) -> None:
    if way == "mention":
        channel = (await world.slack.mention("@bot a fox", user="U1", channel="C1")).channel
    else:
        channel = (await world.slack.direct_message("a fox", user="U1")).channel
    parcel = world.slack.sent[0].parcel
    copies = [Parcel(parcel.kind, {**parcel.payload, "event_id": f"Ev{n}"}) for n in range(3)]
    await asyncio.gather(*(world.slack.deliver(copy) for copy in [parcel, *copies]))
    await at_rest(world, bot_by_road)
    assert len(results(world, channel)) == len(world.glm.purchases) == 1


async def test_copies_of_talk_get_one_card(world: World, bot: Bot) -> None:
    await world.slack.mention("@bot hello", user="U1", channel="C1")
    await world.slack.replay()
    await see_private(world, "U1")
    await at_rest(world, bot)
    assert len(world.slack.ephemerals("U1")) == 1


async def test_a_copy_after_a_restart_is_still_a_copy(world: World, start_bot: BotStarter) -> None:
    async with start_bot() as bot:
        await world.slack.mention("@bot a fox", user="U1", channel="C1")
        await at_rest(world, bot)
    async with start_bot() as bot:
        await world.slack.deliver(world.slack.sent[0].parcel, 1, "http_timeout")
        await at_rest(world, bot)
    assert len(results(world)) == len(world.glm.purchases) == 1


async def test_edits_are_ignored(world: World, bot: Bot) -> None:
    mention = await world.slack.mention("@bot a fox", user="U1", channel="C1")
    direct = await world.slack.direct_message("an owl", user="U1")
    await world.slack.edit(mention, "@bot a wolf")
    await world.slack.edit(direct, "a hawk")
    await world.slack.delete(direct)
    await at_rest(world, bot)
    assert sorted(p.prompt for p in world.glm.purchases) == ["a fox", "an owl"]


async def test_other_bots_and_itself_are_ignored(world: World, bot: Bot) -> None:
    world.slack.add_user("U8", "robot", is_bot=True)
    world.slack.workspace.channels["C1"].members.add("U8")
    await world.slack.mention("@bot a fox", user="U8", channel="C1")
    await world.slack.direct_message("an owl", user="U1")  # the bot hears its own answers there
    await at_rest(world, bot)
    assert [p.prompt for p in world.glm.purchases] == ["an owl"]
    assert all(sent.answer.ok for sent in world.slack.sent)


async def test_a_chat_that_does_not_name_the_bot_is_not_heard(world: World, bot: Bot) -> None:
    await world.slack.mention("a fox, anyone?", user="U1", channel="C1")
    await at_rest(world, bot)
    assert world.slack.sent == []
