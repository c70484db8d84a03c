"""Cancel: while it waits, too late, twice, and by somebody else."""

from __future__ import annotations

import pytest
from holding import images_held_up

from glm_slackbot.app.serve import Bot
from glm_slackbot.sandbox.glm_weather import error
from glm_slackbot.sandbox.slack_message import Message
from glm_slackbot.sandbox.slack_parcel import Parcel
from glm_slackbot.sandbox.world import World
from glm_slackbot.ui import actions

from ..clock import FastClock
from ..conftest import BotStarter
from .admins import forged
from .seeing import at_rest, results, see_private, see_result

pytestmark = pytest.mark.usefixtures("mannerly")


async def ask(world: World, words: str, user: str = "U1") -> Message:
    card = (await world.slack.command(words, user=user, channel="C1")).shown
    assert card is not None
    return card


async def test_what_waits_is_taken_back_and_its_quota_too(
    world: World, start_bot: BotStarter
) -> None:
    async with start_bot(max_concurrency=1, user_daily_images=2) as bot:
        with images_held_up(world.glm):
            await ask(world, "a fox")
            await world.until(lambda: world.glm.purchases)
            card = await ask(world, "an owl")
            await world.slack.press(card, "Cancel", user="U1")
            await world.until(lambda: "Cancelled" in card.words)
            again = await ask(world, "a hare")
        await at_rest(world, bot)
    assert card.labels == []
    assert "accepted" in again.words
    assert sorted(p.prompt for p in world.glm.purchases) == ["a fox", "a hare"]


async def test_a_copy_of_the_press_leaves_the_card_as_it_is(
    world: World, start_bot: BotStarter
) -> None:
    async with start_bot(max_concurrency=1):
        with images_held_up(world.glm):
            await ask(world, "a fox")
            await world.until(lambda: world.glm.purchases)
            card = await ask(world, "an owl")
            await world.slack.press(card, "Cancel", user="U1")
            await world.slack.replay()
            await world.until(lambda: len(world.slack.calls("response_url")) == 2)
    assert "Cancelled" in card.words


async def test_what_is_done_can_no_longer_be_cancelled(world: World, bot: Bot) -> None:
    card = await ask(world, "a fox")
    await see_result(world)
    await world.slack.press(card, "Cancel", user="U1")

    await world.until(lambda: "too late" in card.words)
    assert card.labels == []
    assert len(results(world)) == 1


async def test_while_an_order_is_sent_the_button_stays_for_when_it_waits_again(
    world: World, bot: Bot
) -> None:
    world.glm.weather.seconds = 1.0
    card = await ask(world, "a fox --model cogview-4")
    await world.until(lambda: world.glm.requests)
    await world.slack.press(card, "Cancel", user="U1")

    await world.until(lambda: "being sent" in card.words)
    assert card.labels == ["Cancel"]
    await see_result(world)


async def test_nobody_else_can_cancel(world: World, start_bot: BotStarter) -> None:
    async with start_bot(max_concurrency=1) as bot:
        with images_held_up(world.glm):
            await ask(world, "a fox")
            await world.until(lambda: world.glm.purchases)
            card = await ask(world, "an owl")
            await world.slack.press(await ask(world, "a hare", "U3"), "Cancel", user="U3")
            press = world.slack.sent[-1].parcel
            press.payload["actions"][0]["value"] = card.blocks[-2]["elements"][0]["value"]
            press.payload["trigger_id"] = "another"
            await world.slack.deliver(Parcel(press.kind, press.payload))
        await at_rest(world, bot)
        assert await forged(bot, world) == [("U3", actions.CANCEL)]
    assert sorted(p.prompt for p in world.glm.purchases) == ["a fox", "an owl"]


async def test_a_status_message_goes_when_its_request_is_cancelled(
    world: World, bot: Bot, clock: FastClock
) -> None:
    world.glm.weather.always(error("1302"))
    await world.slack.mention("look, @bot a fox", user="U1", channel="C1")
    await world.slack.press(await see_private(world, "U1"), "Draw this", user="U1")
    card = await see_private(world, "U1", "accepted")
    await world.until(lambda: world.glm.requests)
    while "Cancelled" not in card.words:  # pressed while it is sent, the button stays
        await world.slack.press(card, "Cancel", user="U1")
        await clock.sleep(1)

    await world.until(lambda: not [m for m in world.slack.messages("C1") if m.bot_id])
    assert world.glm.purchases == []
