"""Direct messages to the bot: each is a prompt, unless it is talk or has a file."""

from __future__ import annotations

import pytest
from holding import images_held_up

from glm_slackbot.app.serve import Bot
from glm_slackbot.sandbox.glm_weather import error
from glm_slackbot.sandbox.world import World

from ..clock import FastClock
from .seeing import at_rest, results, see_buttons, see_direct, see_result

pytestmark = pytest.mark.usefixtures("mannerly")


@pytest.mark.usefixtures("delivery_way")
async def test_a_direct_message_is_a_prompt(world: World, bot_by_road: Bot) -> None:
    message = await world.slack.direct_message("a fox — at dawn", user="U1")
    await see_buttons(world, message.channel)
    await at_rest(world, bot_by_road)

    (image,) = results(world, message.channel)
    assert image.thread_ts == message.ts
    assert [p.prompt for p in world.glm.purchases] == ["a fox — at dawn"]


async def test_a_mention_in_it_is_nobodys_word(world: World, bot: Bot) -> None:
    message = await world.slack.direct_message("@bot a fox", user="U1")
    await see_result(world, message.channel)
    assert world.glm.purchases[0].prompt == "a fox"


@pytest.mark.parametrize(("words", "files"), [("hello", ()), ("like this one", ("cat.png",))])
async def test_talk_and_files_get_a_free_card_that_can_draw_the_words(
    world: World, bot: Bot, words: str, files: tuple[str, ...]
) -> None:
    message = await world.slack.direct_message(words, user="U1", files=files)
    card = await see_direct(world, "U1", "nothing was charged")
    assert card.labels == ["Draw this"]
    assert world.glm.requests == []

    await world.slack.press(card, "Draw this", user="U1")
    await see_result(world, message.channel)
    assert [p.prompt for p in world.glm.purchases] == [words]


async def test_a_file_alone_asks_for_words(world: World, bot: Bot) -> None:
    await world.slack.direct_message("", user="U1", files=["cat.png"])
    assert (await see_direct(world, "U1", "no words to draw from")).labels == []


async def test_a_failure_is_told_there_once_and_the_status_message_goes(
    world: World, bot: Bot
) -> None:
    world.glm.weather.next(error("1301"))
    message = await world.slack.direct_message("a fox", user="U1")
    await see_direct(world, "U1", "content policy")
    await at_rest(world, bot)
    (told,) = [m for m in world.slack.direct_messages_of("U1") if m.bot_id]
    assert "content policy" in told.words
    assert told.thread_ts == message.ts
    assert len(world.slack.everything_sent()) == 2  # the status message, which is gone, and this


async def test_another_try_there_shows_a_status_message_again(
    world: World, bot: Bot, clock: FastClock
) -> None:
    with images_held_up(world.glm):
        message = await world.slack.direct_message("a fox", user="U1")
        await world.until(lambda: world.glm.requests)
        clock.advance(400)
        failed = await see_direct(world, "U1", "did not finish it in the time")
        await at_rest(world, bot)
        await world.slack.press(failed, "Try again", user="U1")
        await see_direct(world, "U1", "Drawing for")
    await see_buttons(world, message.channel)
    await at_rest(world, bot)
    assert not [m for m in world.slack.messages(message.channel) if "Drawing for" in m.words]


async def test_a_parse_error_is_answered_there(world: World, bot: Bot) -> None:
    message = await world.slack.direct_message("a fox --nonsense", user="U1")
    card = await see_direct(world, "U1", "--nonsense")
    assert card.thread_ts in (None, message.ts)
    assert world.glm.requests == []
