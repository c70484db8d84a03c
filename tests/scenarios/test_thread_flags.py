"""A mention in a thread with flags only: whose prompt it takes."""

from __future__ import annotations

import pytest

from glm_slackbot.app.serve import Bot
from glm_slackbot.sandbox.world import World

from ..clock import FastClock
from ..conftest import BotStarter
from .seeing import at_rest, results, see_private, see_result, see_results

pytestmark = pytest.mark.usefixtures("mannerly")


def prompts(world: World) -> list[str]:
    return [p.prompt for p in world.glm.purchases]


async def test_it_takes_the_threads_last_prompt_that_the_bot_knows(world: World, bot: Bot) -> None:
    first = await world.slack.mention("@bot a fox", user="U1", channel="C1")
    await see_results(world, 1)
    await world.slack.mention(
        "@bot an owl --style ink", user="U3", channel="C1", thread_ts=first.ts
    )
    await see_results(world, 2)
    await world.slack.mention("@bot --ar 16:9", user="U1", channel="C1", thread_ts=first.ts)
    await see_results(world, 3)
    assert prompts(world)[2] == prompts(world)[1]
    assert str(world.glm.purchases[2].size) == "1728x960"


@pytest.mark.usefixtures("delivery_way")
async def test_under_a_commands_image_it_takes_the_images_prompt(world: World, bot: Bot) -> None:
    await world.slack.command("a fox", user="U1", channel="C1")
    image = await see_result(world)
    await at_rest(world, bot)
    await world.slack.mention("@bot --ar 16:9", user="U3", channel="C1", thread_ts=image.ts)
    again = await see_results(world, 2)
    assert prompts(world) == ["a fox", "a fox"]
    assert again[1].thread_ts == image.ts


async def test_elsewhere_it_reads_the_first_message_where_it_may(
    world: World, start_bot: BotStarter
) -> None:
    world.slack.workspace.scopes |= {"channels:history"}
    async with start_bot():
        first = world.slack.say("a red fox & <friends>", user="U3", channel="C1")
        await world.slack.mention("@bot --ar 16:9", user="U1", channel="C1", thread_ts=first.ts)
        assert (await see_result(world)).thread_ts == first.ts
    assert prompts(world) == ["a red fox & <friends>"]


async def test_flags_in_the_first_message_do_not_leak_into_the_prompt(
    world: World, start_bot: BotStarter
) -> None:
    world.slack.workspace.scopes |= {"channels:history"}
    async with start_bot():
        first = world.slack.say("a red fox --ar 1:1", user="U3", channel="C1")
        await world.slack.mention("@bot --ar 16:9", user="U1", channel="C1", thread_ts=first.ts)
        await see_result(world)
    assert prompts(world) == ["a red fox"]
    assert str(world.glm.purchases[0].size) == "1728x960"


async def test_where_it_may_not_read_it_asks_for_words_and_gives_the_image_back(
    world: World, start_bot: BotStarter
) -> None:
    async with start_bot(user_daily_images=1) as bot:
        first = world.slack.say("a red fox", user="U3", channel="C1")
        await world.slack.mention("@bot --ar 16:9", user="U1", channel="C1", thread_ts=first.ts)
        await see_private(world, "U1", "no words to draw from")
        assert world.glm.requests == []
        await world.slack.command("an owl", user="U1", channel="C1")
        await see_result(world)
        await at_rest(world, bot)


async def test_in_the_channel_itself_it_asks_for_words(world: World, bot: Bot) -> None:
    await world.slack.mention("@bot --ar 16:9", user="U1", channel="C1")
    await see_private(world, "U1", "no words to draw from")
    assert results(world) == []


async def test_over_the_quota_the_kept_flags_still_take_the_threads_prompt(
    world: World, start_bot: BotStarter, clock: FastClock
) -> None:
    async with start_bot(user_daily_images=1) as bot:
        first = await world.slack.mention("@bot a fox", user="U1", channel="C1")
        await at_rest(world, bot)
        await world.slack.mention("@bot --ar 16:9", user="U1", channel="C1", thread_ts=first.ts)
        card = await see_private(world, "U1", "1 of 1")
        clock.advance(25 * 3600)
        await world.slack.press(card, "Draw this", user="U1")
        await see_results(world, 2)
    assert prompts(world) == ["a fox", "a fox"]


async def test_prose_that_only_looks_like_flags_is_a_prompt_as_it_stands(
    world: World, bot: Bot
) -> None:
    world.slack.workspace.scopes |= {"channels:history"}
    first = world.slack.say("Ship it --force today, a harbour", user="U2", channel="C1")
    await world.slack.mention("@bot --ar 16:9", user="U1", channel="C1", thread_ts=first.ts)
    await see_result(world)

    assert world.glm.purchases[0].prompt == "Ship it --force today, a harbour"
