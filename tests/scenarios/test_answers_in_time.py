"""The answer to Slack waits for nobody but our own database, and not long for that."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from holding import images_held_up

from glm_slackbot.app.serve import Bot
from glm_slackbot.sandbox import slack_weather
from glm_slackbot.sandbox.world import World

from ..conftest import BotStarter
from .seeing import at_rest, results

SLACK_ALLOWS = 3.0


@contextmanager
def hanging(database: Path) -> Iterator[None]:
    """Another program holds the write lock."""
    with sqlite3.connect(database, isolation_level=None) as connection:
        connection.execute("BEGIN IMMEDIATE")
        yield
        connection.execute("ROLLBACK")
    connection.close()


async def test_fifty_at_once_are_all_answered_in_time(world: World, bot_by_road: Bot) -> None:
    people = [world.slack.add_user(f"U9{n}", f"p{n}").id for n in range(50)]
    world.slack.workspace.channels["C1"].members.update(people)
    asked = (world.slack.command("a fox", user=person, channel="C1") for person in people)
    answers = await asyncio.gather(*asked)
    assert all(answer.shown and answer.shown.labels == ["Cancel"] for answer in answers)
    assert max(answer.seconds for answer in answers) < SLACK_ALLOWS


@pytest.mark.parametrize(
    "trouble", [slack_weather.slow(3.2), slack_weather.drop()], ids=["slow", "dead"]
)
async def test_no_answer_waits_for_slack(
    world: World, bot: Bot, trouble: slack_weather.Trouble
) -> None:
    for method in ("users.info", "conversations.info", "chat.postMessage"):
        world.slack.weather.next(method, trouble)
    card = await world.slack.command("a fox", user="U1", channel="C1")
    await world.slack.mention("@bot an owl", user="U2", channel="C1")
    assert card.ok
    assert world.slack.sent[-1].answer.ok
    await at_rest(world, bot)
    assert len(results(world)) == 2


async def test_a_mention_is_understood_before_slack_told_the_bot_who_it_is(
    world: World, start_bot: BotStarter
) -> None:
    world.slack.weather.next("auth.test", slack_weather.slow(1.5))
    async with start_bot() as bot:
        assert bot.identity.bot_user_id is None
        await world.slack.mention("@bot a fox", user="U1", channel="C1")
        await world.until(lambda: results(world))


async def test_no_answer_waits_for_the_provider(world: World, bot: Bot) -> None:
    with images_held_up(world.glm):
        card = await world.slack.command("a fox", user="U1", channel="C1")
        mention = await world.slack.mention("@bot an owl", user="U2", channel="C1")
        assert card.ok
        assert world.slack.sent[-1].answer.ok
        assert results(world) == []
    await world.until(lambda: mention.ts in {m.thread_ts for m in results(world)})


async def test_a_database_that_hangs_is_told_honestly_and_nothing_is_bought(
    world: World, bot: Bot, tmp_path: Path
) -> None:
    with hanging(tmp_path / "bot.db"):
        answer = await world.slack.command("a fox", user="U1", channel="C1")
    await at_rest(world, bot)
    assert answer.shown is not None
    assert "could not be saved in time" in answer.shown.words
    assert answer.seconds < SLACK_ALLOWS
    assert world.glm.requests == []


async def test_a_mention_that_could_not_be_saved_in_time_is_sent_again_and_drawn_once(
    world: World, bot: Bot, tmp_path: Path
) -> None:
    with hanging(tmp_path / "bot.db"):
        sending = asyncio.create_task(world.slack.mention("@bot a fox", user="U1", channel="C1"))
        await world.until(lambda: world.slack.sent)
    await sending
    await world.until(lambda: results(world))
    await at_rest(world, bot)
    assert not world.slack.sent[0].answer.ok
    assert len(results(world)) == len(world.glm.purchases) == 1
