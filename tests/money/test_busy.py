"""The provider is busy: it is waited for, more gently each time, and nothing is charged."""

from __future__ import annotations

from itertools import pairwise

import pytest

from glm_slackbot.app.serve import Bot
from glm_slackbot.domain.retry import PATIENCE, Trouble, retry_decision
from glm_slackbot.sandbox.glm_weather import Plan, busy_without_code, error
from glm_slackbot.sandbox.world import World

from ..conftest import BotStarter
from .ledger import End, cards, counted, end_of_last, last_job, pictures, try_again

BUSY = [error("1302"), error("1303"), busy_without_code()]


async def _ask(world: World, flags: str = "", user: str = "U1") -> None:
    await world.slack.command(f"a fox {flags}", user=user, channel="C1")


def _orders(world: World) -> int:
    return sum(r.method == "POST" for r in world.glm.requests)


@pytest.mark.parametrize("flags", ["", "--model cogview-4"], ids=["submit", "generate"])
@pytest.mark.parametrize("plan", [*BUSY, error("1305")], ids=str)
async def test_after_the_wait_one_image_is_bought_and_shown(
    world: World, bot: Bot, plan: Plan, flags: str
) -> None:
    world.glm.weather.next(plan, plan)
    await _ask(world, flags)
    assert (await end_of_last(world, bot)).status == "delivered"
    assert len(pictures(world)) == len(world.glm.purchases) == 1
    assert _orders(world) == 3


async def test_after_ten_minutes_it_is_told_given_back_and_can_be_tried_again(
    world: World, bot: Bot
) -> None:
    world.glm.weather.always(error("1302"))
    began = world.clock.now()  # type: ignore[union-attr]
    await _ask(world)
    await _skip_waits(world, bot)
    end = await end_of_last(world, bot)
    assert end == End("failed", "glm.busy", in_quota=0, paid=0, try_again=True)
    assert 600 <= world.clock.now() - began < 900  # type: ignore[union-attr]
    assert world.glm.purchases == []
    assert len(cards(world, await last_job(world, bot))) == 2  # late: a direct message, too

    world.glm.weather.always()
    await try_again(world, bot)
    await world.until(lambda: pictures(world))
    assert await counted(bot) == 1


async def _skip_waits(world: World, bot: Bot) -> None:
    """Move the clock on while the job waits."""
    orders = 0
    for _ in range(200):
        counts = await bot.services.jobs.counts()
        if not counts:
            return
        if "queued" in counts and "running" not in counts and _orders(world) > orders:
            orders = _orders(world)
            world.clock.advance(25)  # type: ignore[union-attr]
            bot.services.bell.set()
        await bot.services.clock.sleep(1.0)


async def test_nobody_at_the_other_end_is_waited_for_like_busy(
    world: World, start_bot: BotStarter
) -> None:
    ports = _ports(world)
    port = ports.pop("open.bigmodel.cn")
    async with start_bot() as bot:
        await _ask(world)
        await world.until(lambda: world.slack.calls("conversations.info"))
        await bot.services.clock.sleep(3)
        assert world.glm.requests == []
        ports["open.bigmodel.cn"] = port
        assert (await end_of_last(world, bot)).status == "delivered"
    assert len(world.glm.purchases) == 1


def _ports(world: World) -> dict[str, int]:
    transport = world.network.glm_transport
    assert transport is not None
    return transport()._routes.ports  # type: ignore[attr-defined, no-any-return]


@pytest.mark.parametrize(("asked", "least", "most"), [("20", 18, 45), ("99999", 100, 200)])
async def test_retry_after_is_honoured_within_bounds(
    world: World, bot: Bot, asked: str, least: float, most: float
) -> None:
    world.glm.weather.next(error("1302", retry_after=asked))
    began = world.clock.now()  # type: ignore[union-attr]
    await _ask(world)
    assert (await end_of_last(world, bot)).status == "delivered"
    assert least <= world.clock.now() - began <= most  # type: ignore[union-attr]


async def test_busy_lowers_the_images_at_once_for_a_while(
    world: World, start_bot: BotStarter
) -> None:
    async with start_bot(max_concurrency=4) as bot:
        world.glm.weather.next(error("1302"))
        await _ask(world)
        await end_of_last(world, bot)
        world.glm.weather.seconds = 0.2
        for user in ("U1", "U2", "U3"):
            await _ask(world, "--n 2", user)
        await world.until(lambda: len(pictures(world)) == 4)
        assert world.glm.most_in_flight <= 2

        world.clock.advance(120)  # type: ignore[union-attr]
        for user in ("U1", "U2", "U3"):
            await _ask(world, "--n 2", user)
        await world.until(lambda: len(pictures(world)) == 7)
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
    world.glm.weather.seconds = 0.1
    async with start_bot(max_concurrency=3):
        for user in ("U1", "U2", "U3", "U1"):
            await _ask(world, "--n 4", user)
        await world.until(lambda: len(pictures(world)) == 4)
    assert len(world.glm.purchases) == 16
    assert world.glm.most_in_flight == 3


async def test_one_persons_many_requests_do_not_hold_up_anothers_first(
    world: World, start_bot: BotStarter
) -> None:
    world.glm.weather.seconds = 0.1
    async with start_bot(max_concurrency=1):
        for _ in range(5):
            await _ask(world, user="U1")
        await _ask(world, user="U2")
        await world.until(lambda: len(pictures(world)) == 6)
    people = [p.user_id for p in world.glm.purchases]
    assert people.index(next(p for p in people if p != people[0])) <= 2


def test_pauses_grow() -> None:
    for trouble in Trouble:
        waited, pauses = 0.0, []
        while decision := retry_decision(trouble, waited=waited):
            pauses.append(decision.after)
            waited += decision.after
        assert waited == PATIENCE[trouble].in_all
        assert all(earlier <= later for earlier, later in pairwise(pauses[:-1]))
        assert max(pauses) <= PATIENCE[trouble].longest
