"""The provider is busy: it is waited for, more gently each time, and nothing is charged."""

from __future__ import annotations

from itertools import pairwise

import pytest
from clock import FastClock
from peek import rows

from glm_slackbot.app.serve import Bot
from glm_slackbot.domain.retry import PATIENCE, Trouble, retry_decision
from glm_slackbot.sandbox.glm_weather import Plan, busy_without_code, error
from glm_slackbot.sandbox.world import World
from glm_slackbot.storage.tables import jobs

from ..conftest import BotStarter
from .ledger import End, cards, counted, end_of_last, last_job, pictures, shown, try_again

BUSY = [error("1302"), error("1303"), busy_without_code()]


@pytest.fixture
async def clock() -> FastClock:
    """Ten minutes in six seconds."""
    return FastClock(100.0)


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
    await _ask(world)
    end = await end_of_last(world, bot)
    assert end == End("failed", "glm.busy", in_quota=0, paid=0, try_again=True)
    assert world.glm.purchases == []
    assert len(cards(world, await last_job(world, bot))) == 2  # late: a direct message, too

    world.glm.weather.always()
    await try_again(world, bot)
    await shown(world, bot)
    assert await counted(bot) == 1


async def test_nobody_at_the_other_end_is_waited_for_like_busy_at_full_pace(
    world: World, start_bot: BotStarter
) -> None:
    ports = _ports(world)
    port = ports.pop("open.bigmodel.cn")
    async with start_bot() as bot:
        await _ask(world)
        await world.until(lambda: _unreachable(bot))
        full = bot.services.pace.concurrency(await _api_key_id(bot), world.clock.now())  # type: ignore[union-attr]
        assert full == bot.services.pace.concurrency("another", 0.0)
        ports["open.bigmodel.cn"] = port
        assert (await end_of_last(world, bot)).status == "delivered"
    assert len(world.glm.purchases) == 1


def _unreachable(bot: Bot) -> float | None:
    kind = {"kind": "unreachable"}
    return bot.services.metrics.registry.get_sample_value(
        "glm_slackbot_provider_errors_total", kind
    )


async def _api_key_id(bot: Bot) -> str:
    (job,) = await rows(bot.services.database, jobs)
    return str(job["api_key_id"])


def _ports(world: World) -> dict[str, int]:
    transport = world.network.glm_transport
    assert transport is not None
    return transport()._routes.ports  # type: ignore[attr-defined, no-any-return]


def test_pauses_grow() -> None:
    for trouble in Trouble:
        waited, pauses = 0.0, []
        while decision := retry_decision(trouble, waited=waited):
            pauses.append(decision.after)
            waited += decision.after
        assert waited == PATIENCE[trouble].in_all
        assert all(earlier <= later for earlier, later in pairwise(pauses[:-1]))
        assert max(pauses) <= PATIENCE[trouble].longest


@pytest.mark.parametrize(("asked", "pause"), [(None, 2), (1, 2), (20, 20), (99999, 120)])
def test_a_longer_pause_that_is_asked_for_is_honoured_within_bounds(
    asked: float | None, pause: float
) -> None:
    decision = retry_decision(Trouble.BUSY, waited=0.0, retry_after=asked)
    assert decision is not None
    assert decision.after == pause
