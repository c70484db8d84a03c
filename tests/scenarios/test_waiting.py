"""Quotas, long waits and late failures: what those who wait are told, and where."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from holding import images_held_up

from glm_slackbot.app.serve import Bot
from glm_slackbot.domain.job import Job
from glm_slackbot.sandbox.glm_weather import error, fails
from glm_slackbot.sandbox.slack_weather import status
from glm_slackbot.sandbox.world import World
from glm_slackbot.storage.jobs import JobStore
from glm_slackbot.workflow.waiting import tell_who_waits

from ..clock import FastClock
from ..conftest import BotStarter
from .seeing import at_rest, results, see_direct, see_private

pytestmark = pytest.mark.usefixtures("mannerly")

MINUTE = 60.0


def private_words(world: World, user: str) -> list[str]:
    return [m.words for m in world.slack.ephemerals(user)]


def direct_words(world: World, user: str) -> list[str]:
    return [m.words for m in world.slack.direct_messages_of(user) if m.bot_id]


async def test_fifty_at_once_on_a_quota_of_three_make_three(
    world: World, start_bot: BotStarter
) -> None:
    async with start_bot(user_daily_images=3) as bot:
        asked = (world.slack.command(f"fox {n}", user="U1", channel="C1") for n in range(50))
        answers = await asyncio.gather(*asked)
        await at_rest(world, bot)
    assert sum("3 of 3" in answer.body for answer in answers) == 47
    assert len(results(world)) == len(world.glm.purchases) == 3


async def test_a_quota_is_each_persons_own_and_frees_up_after_a_day(
    world: World, start_bot: BotStarter, clock: FastClock
) -> None:
    async with start_bot(user_daily_images=1) as bot:
        await world.slack.command("a fox", user="U1", channel="C1")
        await world.slack.command("a fox", user="U2", channel="C1")
        over = await world.slack.command("an owl", user="U1", channel="C1")
        await at_rest(world, bot)
        clock.advance(24 * 60 * MINUTE)
        await world.slack.command("a hare", user="U1", channel="C1")
        await at_rest(world, bot)
    assert "<!date^" in over.body
    assert len(results(world)) == 3


async def test_more_than_a_day_allows_is_told_apart(world: World, start_bot: BotStarter) -> None:
    async with start_bot(user_daily_images=2):
        answer = await world.slack.command("a fox --n 3", user="U1", channel="C1")
    assert "larger than a day allows" in answer.body


async def test_a_long_wait_is_told_once_by_the_response_url(
    world: World, bot: Bot, clock: FastClock
) -> None:
    world.glm.weather.always(error("1302"))
    await world.slack.command("a fox", user="U1", channel="C1")
    await world.until(lambda: world.glm.requests)
    clock.advance(130)
    await asyncio.gather(*(tell_who_waits(bot.services) for _ in range(3)))
    await see_private(world, "U1", "still waiting")
    assert len([w for w in private_words(world, "U1") if "still waiting" in w]) == 1
    assert direct_words(world, "U1") == []

    world.glm.weather.always()
    clock.advance(MINUTE)
    await world.until(lambda: results(world))


class ReadTwice(JobStore):
    """Lists who waits as it was before another process noted it."""

    async def waiting_long(self, before: float) -> list[Job]:
        found = await super().waiting_long(before)
        for job in found:
            assert await self.take_wait_note(job, before)
        return found


async def test_a_note_that_another_process_has_taken_is_not_sent_again(
    world: World, bot: Bot, clock: FastClock
) -> None:
    world.glm.weather.always(error("1302"))
    services = replace(bot.services, jobs=ReadTwice(bot.services.database))
    bot.services.worker_state.stopping = True  # its own worker notes nobody
    await world.slack.command("a fox", user="U1", channel="C1")
    clock.advance(130)
    await tell_who_waits(services)
    assert "still waiting" not in " ".join(private_words(world, "U1"))


async def test_a_note_that_cannot_be_sent_holds_up_nothing(
    world: World, bot: Bot, clock: FastClock
) -> None:
    world.glm.weather.always(error("1302"))
    world.slack.weather.always("response_url", status(500))
    world.slack.weather.always("conversations.open", status(500))
    await world.slack.command("a fox", user="U1", channel="C1")
    await world.until(lambda: world.glm.requests)
    clock.advance(130)
    await world.until(lambda: world.slack.calls("conversations.open"))
    world.glm.weather.always()
    clock.advance(MINUTE)
    await world.until(lambda: results(world))
    assert private_words(world, "U1")[1:] == direct_words(world, "U1") == []


async def test_the_gauge_of_the_queue_goes_back_to_nothing(world: World, bot: Bot) -> None:
    def gauge(status: str) -> float | None:
        names = {"status": status}
        return bot.services.metrics.registry.get_sample_value("glm_slackbot_jobs", names)

    with images_held_up(world.glm):
        await world.slack.command("a fox", user="U1", channel="C1")
        await world.until(lambda: world.glm.purchases)
        await tell_who_waits(bot.services)
        assert (gauge("queued"), gauge("running")) == (0, 1)
    await at_rest(world, bot)
    await tell_who_waits(bot.services)
    assert (gauge("queued"), gauge("running")) == (0, 0)


async def test_after_half_an_hour_it_is_told_by_a_direct_message(
    world: World, start_bot: BotStarter, clock: FastClock
) -> None:
    with images_held_up(world.glm):
        async with start_bot(max_concurrency=1):
            for words in ("a fox", "an owl", "a hare"):
                await world.slack.command(words, user="U1", channel="C1")
            await world.until(lambda: world.glm.purchases)
    clock.advance(31 * MINUTE)  # too late for the first: it is unsure
    async with start_bot(max_concurrency=1) as bot:
        with images_held_up(world.glm):
            await world.until(lambda: len(world.glm.purchases) == 2)
            await tell_who_waits(bot.services)
            await see_direct(world, "U1", "still waiting in the queue")
        await at_rest(world, bot)
    assert len(results(world)) == 2
    assert not any("still waiting" in words for words in private_words(world, "U1"))


async def test_a_failure_soon_after_is_told_in_place_only(world: World, bot: Bot) -> None:
    world.glm.weather.next(error("1301"))
    await world.slack.command("a fox", user="U1", channel="C1")
    await see_private(world, "U1", "content policy")
    await at_rest(world, bot)
    assert direct_words(world, "U1") == []


@pytest.mark.parametrize("way", ["command", "mention"])
async def test_a_failure_after_a_minute_is_told_by_direct_message_too(
    world: World, bot: Bot, clock: FastClock, way: str
) -> None:
    world.glm.weather.next(fails())
    with images_held_up(world.glm):
        if way == "command":
            await world.slack.command("a fox", user="U1", channel="C1")
        else:
            await world.slack.mention("@bot a fox", user="U1", channel="C1")
        await world.until(lambda: world.glm.purchases)
        clock.advance(70)
    await see_direct(world, "U1", "did not finish")
    await see_private(world, "U1", "did not finish")
