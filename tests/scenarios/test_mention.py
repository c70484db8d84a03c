"""Mentions: where the answer goes, what is seen meanwhile, and what costs nothing."""

from __future__ import annotations

import pytest
from holding import images_held_up

from glm_slackbot.app.serve import Bot
from glm_slackbot.sandbox.glm_weather import error
from glm_slackbot.sandbox.slack_message import Message
from glm_slackbot.sandbox.slack_weather import error as slack_error
from glm_slackbot.sandbox.world import World

from ..clock import FastClock
from ..conftest import BotStarter
from .admins import forged
from .seeing import at_rest, results, see_buttons, see_private, see_result, see_results

pytestmark = pytest.mark.usefixtures("mannerly")


def in_thread(world: World, thread_ts: str, channel: str = "C1") -> list[Message]:
    return [m for m in world.slack.messages(channel) if m.thread_ts == thread_ts and m.bot_id]


@pytest.mark.usefixtures("delivery_way")
async def test_a_mention_is_answered_in_a_thread_under_it(world: World, bot_by_road: Bot) -> None:
    message = await world.slack.mention("@bot a fox --ar 16:9", user="U1", channel="C1")
    await see_buttons(world)
    await at_rest(world, bot_by_road)

    (image,) = results(world)
    assert image.thread_ts == message.ts
    assert str(world.glm.purchases[0].size) == "1728x960"
    ours = in_thread(world, message.ts)
    assert len(ours) == (2 if world.slack.refuses_file_blocks else 1)  # the status message is gone


async def test_a_mention_in_a_thread_stays_in_that_thread(world: World, bot: Bot) -> None:
    first = world.slack.say("what about animals?", user="U3", channel="G1")
    await world.slack.mention("@bot: a fox", user="U1", channel="G1", thread_ts=first.ts)
    assert (await see_result(world, "G1")).thread_ts == first.ts


async def test_while_it_works_a_small_status_message_stands_in_the_thread(
    world: World, bot: Bot
) -> None:
    with images_held_up(world.glm):
        message = await world.slack.mention("@bot a fox", user="U1", channel="C1")
        (status,) = await world.until(lambda: in_thread(world, message.ts))
        assert "Drawing for @U1" in status.words
        assert "a fox" in status.words
        assert status.labels == []
    await world.until(lambda: results(world) and status.deleted)


async def test_a_failure_leaves_one_neutral_line_and_tells_the_asker_the_rest(
    world: World, bot: Bot
) -> None:
    world.glm.weather.next(error("1301"))
    message = await world.slack.mention("@bot a fox", user="U1", channel="C1")
    card = await see_private(world, "U1", "content policy")
    await at_rest(world, bot)

    (line,) = in_thread(world, message.ts)
    assert "ended without an image" in line.words
    assert "policy" not in line.words
    assert card.thread_ts == message.ts
    assert "Nothing was charged" in card.words


async def test_an_error_in_a_mention_is_told_to_the_asker_alone(world: World, bot: Bot) -> None:
    await world.slack.mention("@bot a fox --size 100x100", user="U1", channel="C1")
    card = await see_private(world, "U1", "100x100")
    assert "512 to 2048" in card.words
    assert card.labels == []
    assert world.glm.requests == []
    assert [m for m in world.slack.messages("C1") if m.bot_id] == []


@pytest.mark.parametrize(
    "words", ["thanks!", "hi there", "who are you?", "谢谢", "你好！", "怎么用"]
)
async def test_talk_costs_nothing_and_is_answered_by_a_card_that_can_draw_it(
    world: World, bot: Bot, words: str
) -> None:
    await world.slack.mention(f"@bot {words}", user="U1", channel="C1")
    card = await see_private(world, "U1")
    assert card.labels in (["Draw this"], ["画这个"])
    assert words in card.words
    assert world.glm.requests == []


async def test_draw_this_draws_once_and_for_its_person_only(world: World, bot: Bot) -> None:
    message = await world.slack.mention("look what @bot made of a fox", user="U1", channel="C1")
    card = await see_private(world, "U1", "inside a message")

    await world.slack.press(card, "Draw this", user="U1")
    await world.slack.replay()
    await world.slack.press(card, "Draw this", user="U1")
    await at_rest(world, bot)

    (image,) = results(world)
    assert image.thread_ts == message.ts
    assert [p.prompt for p in world.glm.purchases] == ["look what made of a fox"]
    await see_private(world, "U1", "already accepted")


async def test_somebody_else_cannot_press_draw_this(world: World, bot: Bot) -> None:
    await world.slack.mention("hey @bot a fox", user="U1", channel="C1")
    card = await see_private(world, "U1")
    await world.slack.mention("hey @bot an owl", user="U2", channel="C1")
    theirs = await see_private(world, "U2")
    value = card.blocks[-1]["elements"][0]["value"]
    theirs.blocks[-1]["elements"][0]["value"] = value  # a forged press

    await world.slack.press(theirs, "Draw this", user="U2")
    await see_private(world, "U2", "only for the person who made the request")
    await at_rest(world, bot)
    assert world.glm.requests == []
    assert await forged(bot, world) == [("U2", "glm_slackbot.draw_draft")]


@pytest.mark.parametrize("words", ["@bot", "@bot help"])
async def test_a_mention_alone_shows_help(world: World, bot: Bot, words: str) -> None:
    await world.slack.mention(words, user="U1", channel="C1")
    card = await see_private(world, "U1", "--ar")
    assert card.labels == []
    assert world.glm.requests == []


async def test_a_mention_in_a_group_direct_message_is_answered_there(
    world: World, bot: Bot
) -> None:
    world.slack.add_group_message("G9", ["U1", "U3", "U4"], bot_is_member=True)
    await world.slack.mention("@bot a fox", user="U1", channel="G9")
    image = await see_result(world, "G9")

    await world.slack.press(image, "Again", user="U3")
    await world.until(lambda: len(results(world, "G9")) == 2)


async def test_a_mention_over_the_quota_can_be_drawn_another_day(
    world: World, start_bot: BotStarter, clock: FastClock
) -> None:
    async with start_bot(user_daily_images=1) as bot:
        await world.slack.command("a fox", user="U1", channel="C1")
        await at_rest(world, bot)
        mention = await world.slack.mention("@bot an owl", user="U1", channel="C1")
        card = await see_private(world, "U1", "1 of 1")
        clock.advance(25 * 3600)
        await world.slack.press(card, "Draw this", user="U1")
        assert (await see_results(world, 2))[1].thread_ts == mention.ts


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("restricted_action", "may post"),
        ("restricted_action_read_only_channel", "may post"),
        ("is_archived", "archived"),
        ("not_in_channel", "/invite"),
    ],
)
@pytest.mark.usefixtures("bot")
async def test_where_the_status_message_is_forbidden_nothing_is_bought(
    world: World, code: str, words: str
) -> None:
    world.slack.weather.always("chat.postMessage", slack_error(code))
    await world.slack.mention("@bot a fox", user="U1", channel="C1")
    card = await see_private(world, "U1", words)
    assert "Nothing was charged" in card.words
    assert world.glm.requests == []


@pytest.mark.usefixtures("bot")
@pytest.mark.parametrize("code", ["an_unheard_of_code", "fatal_error"])
async def test_a_status_message_that_fails_otherwise_holds_up_no_image(
    world: World, code: str
) -> None:
    world.slack.weather.next("chat.postMessage", slack_error(code))
    await world.slack.mention("@bot a fox", user="U1", channel="C1")
    await see_result(world)


async def test_slackbot_is_no_person(world: World, bot: Bot) -> None:
    world.slack.add_user("USLACKBOT", "slackbot")
    await world.slack.direct_message("a reminder", user="USLACKBOT")
    await at_rest(world, bot)
    assert world.glm.requests == []
