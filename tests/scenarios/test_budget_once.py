"""A request over budget is made once, whatever is pressed, by whom, and in which order."""

from __future__ import annotations

import asyncio

import pytest

from glm_slackbot.app.serve import Bot
from glm_slackbot.domain.workspace import Budget
from glm_slackbot.sandbox import slack_weather
from glm_slackbot.sandbox.slack_message import Message
from glm_slackbot.sandbox.world import World

from ..clock import FastClock
from ..conftest import BotStarter
from .admins import PRICE, opened_home, question, save
from .seeing import at_rest, see_direct, see_private, see_result, see_results

pytestmark = pytest.mark.usefixtures("mannerly")


async def refused(world: World) -> Message:
    """A request over budget, and the card that says so."""
    await world.slack.mention("@bot a fox", user="U1", channel="C1")
    return await see_private(world, "U1", "does not allow this")


async def made_when_there_is_room(world: World, bot: Bot, card: Message, button: str) -> None:
    """The budget is raised, the button pressed, and the image is there."""
    await save(world, bot, budget=Budget(9 * PRICE, "CNY"))
    await world.slack.press(card, button, user="U1")
    await see_result(world)


async def test_what_two_admins_allow_at_the_same_moment_is_made_once(
    world: World, poor_bot: Bot
) -> None:
    world.slack.add_user("U7", "ann", is_owner=True)
    await opened_home(world, poor_bot, "U7")
    await question(world)
    asked = [await see_direct(world, a, "asks to make images") for a in ("U2", "U7")]
    await asyncio.gather(
        *(
            world.slack.press(m, "Allow this request", user=a)
            for m, a in zip(asked, ("U2", "U7"), strict=True)
        )
    )
    await world.until(lambda: all(world.slack.ephemerals(a) for a in ("U2", "U7")))
    await at_rest(world, poor_bot)
    said = [world.slack.ephemerals(a)[-1].words for a in ("U2", "U7")]
    assert sorted("You allowed" in words for words in said) == [False, True]
    assert len(world.glm.purchases) == 1


async def test_try_again_after_the_budget_was_raised_makes_it_although_an_earlier_one_was_refused(
    world: World, poor_bot: Bot
) -> None:
    card = await refused(world)
    await world.slack.press(card, "Try again", user="U1")
    await world.until(lambda: len(world.slack.ephemerals("U1")) == 2)
    assert "does not allow this" in world.slack.ephemerals("U1")[-1].words
    await made_when_there_is_room(world, poor_bot, card, "Try again")
    await world.slack.press(card, "Try again", user="U1")
    await see_private(world, "U1", "not accepted a second time")
    await world.slack.press(card, "Ask the admins", user="U1")
    await world.until(lambda: len(world.slack.ephemerals("U1")) == 5)
    assert len(world.glm.purchases) == 1


async def test_what_try_again_has_made_meanwhile_is_not_allowed_once_more(
    world: World, poor_bot: Bot
) -> None:
    card = await refused(world)
    await world.slack.press(card, "Ask the admins", user="U1")
    asked = await see_direct(world, "U2", "asks to make images")
    await made_when_there_is_room(world, poor_bot, card, "Try again")
    await world.slack.press(asked, "Allow this request", user="U2")
    await see_private(world, "U2", "accepted already")
    assert len(world.glm.purchases) == 1


async def test_draw_this_over_budget_is_refused_in_words_until_there_is_room(
    world: World, poor_bot: Bot
) -> None:
    await world.slack.mention("@bot hello", user="U1", channel="C1")
    card = await see_private(world, "U1", "Draw this")
    for seen in (2, 3):
        await world.slack.press(card, "Draw this", user="U1")
        await world.until(lambda seen=seen: len(world.slack.ephemerals("U1")) == seen)
        assert "does not allow this" in world.slack.ephemerals("U1")[-1].words
    await made_when_there_is_room(world, poor_bot, card, "Draw this")


async def test_a_command_that_slack_sends_twice_is_refused_twice(
    world: World, poor_bot: Bot
) -> None:
    answer = await world.slack.command("a fox", user="U1", channel="C1")
    copy = await world.slack.replay()
    assert "does not allow this" in answer.body
    assert "does not allow this" in copy.body


async def test_a_listed_admin_allows_even_while_slack_tells_nothing(
    world: World, start_bot: BotStarter, clock: FastClock
) -> None:
    async with start_bot(admins="U2") as bot:
        await save(world, bot, budget=Budget(PRICE - 1, "CNY"))
        asked = await question(world)
        clock.advance(120)
        world.slack.weather.always("users.info", slack_weather.status(503))
        await world.slack.press(asked, "Allow this request", user="U2")
        await see_private(world, "U2", "You allowed this request")


async def test_allowed_after_the_budget_was_raised_it_is_made_within_it(
    world: World, poor_bot: Bot
) -> None:
    asked = await question(world)
    await save(world, poor_bot, budget=Budget(9 * PRICE, "CNY"))
    for seen in (1, 2):
        await world.slack.press(asked, "Allow this request", user="U2")
        await world.until(lambda seen=seen: len(world.slack.ephemerals("U2")) == seen)
    await see_results(world, 1)
    await at_rest(world, poor_bot)
    assert len(world.glm.purchases) == 1
