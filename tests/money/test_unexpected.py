"""What nobody foresaw: tried again from the last checkpoint, then told with a reference."""

from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path

import pytest
from holding import images_held_up
from peek import rows
from structlog.testing import capture_logs

from glm_slackbot.app.serve import Bot
from glm_slackbot.sandbox.slack_weather import Trouble, drop, error
from glm_slackbot.sandbox.world import World
from glm_slackbot.storage.tables import drafts

from .ledger import End, end_of_last, outcomes, pictures, shown, try_again

NOTED = (
    "a job failed unexpectedly",
    "the failure could not be written down",
    "the worker could not ask for work; it goes on",
)
NONSENSE = Trouble(200, '{"ok": true, "file": "what is this"}')
"""Slack's answer to anything, without what we read from it."""


async def _ask(world: World) -> None:
    await world.slack.command("a fox", user="U1", channel="C1")


async def test_an_answer_without_sense_is_asked_for_again(world: World, bot: Bot) -> None:
    world.slack.weather.next("files.getUploadURLExternal", NONSENSE, NONSENSE)
    await _ask(world)
    assert (await end_of_last(world, bot)).status == "delivered"
    assert len(pictures(world)) == len(world.glm.purchases) == 1


async def test_the_third_time_it_is_told_and_try_again_shows_the_same_image(
    world: World, bot: Bot
) -> None:
    world.slack.weather.always("files.completeUploadExternal", drop())
    world.slack.weather.always("files.info", NONSENSE)
    await _ask(world)
    end = await end_of_last(world, bot)
    assert end == End("failed", "error.unexpected", in_quota=1, paid=1, try_again=True)

    world.slack.weather.clear()
    await try_again(world, bot)
    await shown(world, bot)
    assert len(world.glm.purchases) == 1
    assert await outcomes(bot) == ["delivered"]


async def test_before_anything_is_bought_it_is_given_back(world: World, bot: Bot) -> None:
    world.slack.weather.always("conversations.info", NONSENSE)
    await _ask(world)
    end = await end_of_last(world, bot)
    assert end == End("failed", "error.unexpected", in_quota=0, paid=0, try_again=True)


async def test_a_closing_step_without_sense_ends_after_some_tries(world: World, bot: Bot) -> None:
    world.slack.weather.always("files.info", NONSENSE)
    await _ask(world)
    assert (await end_of_last(world, bot)).status == "delivered"
    assert 3 <= len(world.slack.calls("files.info")) <= 6
    assert len(pictures(world)) == 1


async def test_a_card_that_fails_without_words_is_posted_later(world: World, bot: Bot) -> None:
    world.slack.weather.next("chat.postEphemeral", error("user_not_in_channel"))
    world.slack.weather.next("conversations.open", NONSENSE)
    await world.slack.mention("@bot hello", user="U1", channel="C1")
    await world.until(lambda: world.slack.ephemerals("U1"))
    await _answered(world, bot)


async def test_a_card_that_slack_does_not_want_is_given_up_in_the_end(
    world: World, bot: Bot
) -> None:
    for method in ("chat.postEphemeral", "conversations.open"):
        world.slack.weather.always(method, error("user_not_found"))
    await world.slack.mention("@bot hello", user="U1", channel="C1")
    await _answered(world, bot, hurry=600)


async def _answered(world: World, bot: Bot, hurry: float = 0.0) -> None:
    """Wait until every card is posted or given up, while the time goes by."""
    async with asyncio.timeout(25):
        while any(row["answer_due"] for row in await rows(bot.services.database, drafts)):
            world.clock.advance(hurry)  # type: ignore[union-attr]
            await asyncio.sleep(0.05)


@pytest.mark.parametrize(
    ("begin", "end"),
    [
        ("BEGIN IMMEDIATE", "ROLLBACK"),
        ("ALTER TABLE jobs RENAME TO gone", "ALTER TABLE gone RENAME TO jobs"),
    ],
    ids=["locked", "without a table"],
)
async def test_a_database_that_fails_for_a_while_stops_nothing_for_good(
    world: World, bot: Bot, tmp_path: Path, begin: str, end: str
) -> None:
    with capture_logs() as log:
        with images_held_up(world.glm):
            await _ask(world)
            await world.until(lambda: len(world.glm.requests) > 1)
            other = await _another_program(tmp_path / "bot.db", begin)
        for words in NOTED if "TABLE" in begin else NOTED[:1]:
            await world.until(lambda words=words: words in [e["event"] for e in log])
        await asyncio.to_thread(other.execute, end)
        other.close()
    assert (await end_of_last(world, bot)).status == "delivered"
    assert len(pictures(world)) == len(world.glm.purchases) == 1


async def _another_program(path: Path, statement: str) -> sqlite3.Connection:
    """Works on the same file; in a thread, for it may have to wait for a write of ours."""
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    await asyncio.to_thread(connection.execute, statement)
    return connection
