"""The ends of patience: what came is shown, what did not come is told and given back."""

from __future__ import annotations

import pytest
from clock import FastClock

from glm_slackbot.app.serve import Bot
from glm_slackbot.sandbox import glm_weather
from glm_slackbot.sandbox.glm_weather import Plan
from glm_slackbot.sandbox.slack_weather import error, status
from glm_slackbot.sandbox.world import World

from ..conftest import BotStarter
from .ledger import (
    End,
    cards,
    counted,
    end_of_last,
    hours_pass,
    last_job,
    outcomes,
    pictures,
    shown,
    try_again,
    waiting_job,
)

SHARE = "files.completeUploadExternal"


@pytest.fixture
async def clock() -> FastClock:
    """Ten minutes in six seconds."""
    return FastClock(100.0)


async def _ask(world: World, flags: str = "") -> None:
    await world.slack.command(f"a fox {flags}", user="U1", channel="C1")


async def _one_of_two(world: World) -> None:
    world.glm.weather.next(Plan())
    world.glm.weather.always(glm_weather.error("1302"))
    await _ask(world, "--n 2")


async def test_one_image_came_and_the_other_was_busy_to_the_end(world: World, bot: Bot) -> None:
    await _one_of_two(world)
    assert (await end_of_last(world, bot)).status == "delivered"
    (picture,) = pictures(world)
    assert "too many requests" in picture.words
    assert sorted(await outcomes(bot)) == ["delivered", "not_bought"]
    assert await counted(bot) == 1


async def test_one_came_late_and_slack_is_away_so_that_try_again_shows_it(
    world: World, bot: Bot
) -> None:
    world.slack.weather.always(SHARE, status(503))
    await _one_of_two(world)
    end = await end_of_last(world, bot)
    assert (end.status, end.in_quota, end.try_again) == ("failed", 1, True)
    world.slack.weather.clear()
    await try_again(world, bot)
    (picture,) = await shown(world, bot)
    assert len(picture.files) == len(world.glm.purchases) == 1


async def test_a_share_that_never_works_is_told_after_hours(world: World, bot: Bot) -> None:
    world.slack.weather.always(SHARE, status(503))
    await _ask(world)
    await world.until(lambda: world.slack.calls(SHARE))
    await hours_pass(world, bot)
    end = await end_of_last(world, bot)
    assert end == End("failed", "slack.unreachable", in_quota=1, paid=1, try_again=True)
    assert await outcomes(bot) == ["lost"]


async def test_slack_is_waited_for_before_anything_is_bought(world: World, bot: Bot) -> None:
    world.slack.weather.next("conversations.info", *[status(503)] * 5)
    await _ask(world)
    assert (await end_of_last(world, bot)).status == "delivered"


async def test_a_slack_that_stays_away_costs_nothing(world: World, bot: Bot) -> None:
    world.slack.weather.always("conversations.info", status(503))
    await _ask(world)
    end = await end_of_last(world, bot)
    assert end == End("failed", "slack.unreachable", in_quota=0, paid=0, try_again=True)
    assert world.glm.purchases == []


async def test_while_slack_does_not_tell_who_asks_nothing_is_bought_and_then_it_is(
    world: World, bot: Bot
) -> None:
    world.slack.weather.always("users.info", status(503))
    await _ask(world)
    assert (await waiting_job(bot))["busy_with"] == "slack"
    assert world.glm.purchases == []
    world.slack.weather.clear()
    assert (await end_of_last(world, bot)).status == "delivered"


async def test_an_asker_who_cannot_be_told_at_all_is_given_up_after_hours(
    world: World, bot: Bot
) -> None:
    world.glm.weather.next(glm_weather.error("1301"))
    world.slack.weather.always("response_url", status(500))
    world.slack.weather.always("conversations.open", error("user_not_found"))
    await _ask(world)
    await world.until(lambda: world.slack.calls("conversations.open"))
    await hours_pass(world, bot)
    assert (await end_of_last(world, bot)).status == "refused"
    assert cards(world, await last_job(world, bot)) == []


async def test_what_still_waits_for_room_at_the_stop_is_bought_by_the_next_start(
    world: World, start_bot: BotStarter
) -> None:
    world.glm.weather.always(Plan(seconds=0.1))
    async with start_bot(max_concurrency=1) as bot:
        await _ask(world, "--n 2 --model cogview-4")
        await world.until(lambda: world.glm.purchases)
    assert len(world.glm.purchases) == 1
    async with start_bot(max_concurrency=1) as bot:
        (picture,) = await shown(world, bot)
    assert len(picture.files) == len(world.glm.purchases) == 2
