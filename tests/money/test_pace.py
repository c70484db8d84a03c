"""Images at once: never more than an API key bears, fewer after "busy", fair among people."""

from __future__ import annotations

import pytest
from clock import FastClock
from holding import images_held_up

from glm_slackbot.app.serve import Bot
from glm_slackbot.sandbox.glm_weather import error, slow
from glm_slackbot.sandbox.world import World

from ..conftest import BotStarter
from .ledger import end_of_last, pictures, waiting_job


@pytest.fixture
async def clock() -> FastClock:
    """ "Busy" lowers the pace for a minute: twelve seconds of ours, enough to look at it."""
    return FastClock(5.0)


async def _ask(world: World, flags: str = "", user: str = "U1") -> None:
    await world.slack.command(f"a fox {flags}", user=user, channel="C1")


async def test_busy_lowers_the_images_at_once_for_a_while(
    world: World, start_bot: BotStarter
) -> None:
    async with start_bot(max_concurrency=4) as bot:
        world.glm.weather.next(error("1302"))
        await _ask(world)
        await end_of_last(world, bot)
        world.glm.weather.seconds = 0.4
        await _ask(world, "--n 4")
        await world.until(lambda: len(pictures(world)) == 2)
        assert world.glm.most_in_flight <= 2

        world.clock.advance(120)  # type: ignore[union-attr]
        world.glm.weather.seconds = 1.0
        await _ask(world, "--n 4")
        await world.until(lambda: len(pictures(world)) == 3)
    assert world.glm.most_in_flight in (3, 4)


async def test_an_account_that_bears_one_at_a_time_still_serves_everybody(
    world: World, bot: Bot
) -> None:
    world.glm.weather.concurrency = 1
    for user in ("U1", "U2", "U3"):
        await _ask(world, "--n 2", user)
    await world.until(lambda: len(pictures(world)) == 3)
    assert [len(p.files) for p in pictures(world)] == [2, 2, 2]
    assert len(world.glm.purchases) == 6
    assert world.glm.most_in_flight == 1


async def test_max_concurrency_holds_for_requests_of_many_images(
    world: World, start_bot: BotStarter
) -> None:
    world.glm.weather.next(*[slow(1.0)] * 3)
    async with start_bot(max_concurrency=3):
        for user in ("U1", "U2", "U3", "U1"):
            await _ask(world, "--n 4", user)
        await world.until(lambda: len(pictures(world)) == 4)
    assert len(world.glm.purchases) == 16
    assert world.glm.most_in_flight == 3


async def test_one_persons_many_requests_do_not_hold_up_anothers_first(
    world: World, start_bot: BotStarter
) -> None:
    async with start_bot(max_concurrency=1):
        with images_held_up(world.glm):
            for _ in range(5):
                await _ask(world, user="U1")
            await _ask(world, user="U2")
        await world.until(lambda: len(pictures(world)) == 6)
    people = [p.user_id for p in world.glm.purchases]
    assert people.index(next(p for p in people if p != people[0])) <= 2


async def test_retry_after_is_waited_for(world: World, bot: Bot) -> None:
    world.glm.weather.next(error("1302", retry_after="120"))
    await _ask(world)
    waiting = await waiting_job(bot)
    assert waiting["next_at"] - waiting["busy_since"] == pytest.approx(120)
    world.clock.advance(120)  # type: ignore[union-attr]
    assert (await end_of_last(world, bot)).status == "delivered"
