"""Bought perhaps, the answer lost: told twice, counted, and never bought again by itself."""

from __future__ import annotations

import pytest
from holding import images_held_up

from glm_slackbot.app.serve import Bot
from glm_slackbot.sandbox.glm_weather import (
    Plan,
    error,
    fails,
    filtered,
    lost_after_billing,
    lost_before_billing,
    never_done,
)
from glm_slackbot.sandbox.world import World
from glm_slackbot.workflow.buy import GENERATION_DEADLINE

from ..conftest import BotStarter
from ..scenarios.seeing import at_rest
from .ledger import (
    TRY_AGAIN,
    End,
    cards,
    counted,
    end_of_last,
    last_job,
    outcomes,
    pictures,
    shown,
    try_again,
)

DAY = 24 * 3600.0
UNSURE = End("unsure", "unsure.answer_lost", in_quota=1, paid=1, try_again=True)
LATE = End("unsure", "unsure.deadline", in_quota=1, paid=1, try_again=True)


async def _ask(world: World, bot: Bot, plan: Plan, flags: str = "") -> End:
    world.glm.weather.next(plan)
    await world.slack.command(f"a fox {flags}", user="U1", channel="C1")
    return await end_of_last(world, bot)


@pytest.mark.parametrize("flags", ["", "--model cogview-4"], ids=["submit", "generate"])
@pytest.mark.parametrize("plan", [lost_after_billing(), lost_before_billing()], ids=str)
async def test_a_lost_answer_is_told_by_a_card_and_a_direct_message(
    world: World, bot: Bot, plan: Plan, flags: str
) -> None:
    assert await _ask(world, bot, plan, flags) == UNSURE
    told = cards(world, await last_job(world, bot))
    assert [m.channel for m in told] == ["C1", world.slack.workspace.bot_dm("U1").id]
    assert all(TRY_AGAIN in m.labels for m in told)


async def test_try_again_without_a_task_buys_one_new_image_counted_anew(
    world: World, bot: Bot
) -> None:
    await _ask(world, bot, lost_after_billing())
    await try_again(world, bot)
    await shown(world, bot)
    assert len(world.glm.purchases) == 2
    assert (await outcomes(bot), await counted(bot)) == (["unsure", "delivered"], 2)


async def test_try_again_of_an_unsure_needs_room_in_the_quota(
    world: World, start_bot: BotStarter
) -> None:
    async with start_bot(user_daily_images=1) as bot:
        await _ask(world, bot, lost_after_billing())
        await try_again(world, bot)
        assert (await end_of_last(world, bot)).status == "unsure"
    assert len(world.glm.purchases) == 1


async def test_a_second_lost_answer_is_told_again_and_no_row_is_made_twice(
    world: World, bot: Bot
) -> None:
    await _ask(world, bot, lost_after_billing())
    world.glm.weather.next(lost_after_billing())
    await try_again(world, bot)
    await world.until(lambda: len(world.glm.purchases) == 2)
    assert (await end_of_last(world, bot)).status == "unsure"
    await try_again(world, bot)
    await shown(world, bot)
    assert await outcomes(bot) == ["unsure", "unsure", "delivered"]


async def test_what_became_of_the_new_try_is_told_not_of_the_old_one(
    world: World, bot: Bot
) -> None:
    await _ask(world, bot, lost_after_billing())
    world.glm.weather.next(error("1301"))
    await try_again(world, bot)
    await world.until(lambda: not world.glm.weather.plans)
    end = await end_of_last(world, bot)
    assert (end.status, end.text_id) == ("refused", "glm.policy")
    assert (end.in_quota, end.paid) == (1, 1)


async def _past_the_deadline(world: World, bot: Bot, plan: Plan) -> End:
    world.glm.weather.next(plan)
    with images_held_up(world.glm):
        await world.slack.command("a fox", user="U1", channel="C1")
        await world.until(lambda: world.glm.purchases)
        world.clock.advance(GENERATION_DEADLINE + 1)  # type: ignore[union-attr]
        return await end_of_last(world, bot)


async def test_processing_past_the_deadline_is_unsure_and_try_again_polls_the_same_task(
    world: World, bot: Bot
) -> None:
    assert await _past_the_deadline(world, bot, Plan()) == LATE
    await try_again(world, bot)
    await shown(world, bot)
    assert len(world.glm.purchases) == 1
    assert (await outcomes(bot), await counted(bot)) == (["delivered"], 1)


async def test_a_task_that_never_ends_stays_unsure_and_is_never_bought_again(
    world: World, bot: Bot
) -> None:
    await _past_the_deadline(world, bot, never_done())
    await try_again(world, bot)
    polls = len(world.glm.requests)
    await world.until(lambda: len(world.glm.requests) > polls)
    world.clock.advance(GENERATION_DEADLINE + 1)  # type: ignore[union-attr]
    assert await end_of_last(world, bot) == LATE
    assert len(world.glm.purchases) == 1


@pytest.mark.parametrize("n", [1, 2])
async def test_where_the_task_failed_meanwhile_it_is_bought_anew_and_counted_anew(
    world: World, bot: Bot, n: int
) -> None:
    world.glm.weather.next(*[fails()] * n)
    with images_held_up(world.glm):
        await world.slack.command(f"a fox --n {n}", user="U1", channel="C1")
        await world.until(lambda: len(world.glm.purchases) == n)
        world.clock.advance(GENERATION_DEADLINE + 1)  # type: ignore[union-attr]
        assert (await end_of_last(world, bot)).status == "unsure"
    await try_again(world, bot)
    (picture,) = await shown(world, bot)
    assert len(picture.files) == n
    assert len(world.glm.purchases) == 2 * n
    assert await outcomes(bot) == ["task_failed"] * n + ["delivered"] * n
    assert await counted(bot) == n


async def test_bought_anew_and_late_again_is_polled_once_more_and_not_bought_a_third_time(
    world: World, bot: Bot
) -> None:
    await _past_the_deadline(world, bot, fails())
    world.glm.weather.next(never_done())
    await try_again(world, bot)
    await world.until(lambda: len(world.glm.purchases) == 2)
    for _ in range(2):
        await _polls_past_the_deadline(world)
        assert (await end_of_last(world, bot)).status == "unsure"
        await try_again(world, bot)
    assert len(world.glm.purchases) == 2


async def test_a_quota_that_is_spent_meanwhile_keeps_a_failed_task_from_being_bought_anew(
    world: World, start_bot: BotStarter
) -> None:
    async with start_bot(user_daily_images=1) as bot:
        await _past_the_deadline(world, bot, fails())
        first = await last_job(world, bot)
        (card, *_) = cards(world, first)
        world.clock.advance(DAY)  # type: ignore[union-attr]
        await _ask(world, bot, filtered(3))
        await world.slack.press(card, TRY_AGAIN, user="U1")
        await world.until(lambda: len(cards(world, first)) > 2)
        await at_rest(world, bot)
        assert await outcomes(bot) == ["task_failed", "delivered"]
        assert await counted(bot) == 1
    assert len(world.glm.purchases) == 2


async def test_the_old_card_tries_nothing_again_once_the_image_is_there(
    world: World, bot: Bot
) -> None:
    await _ask(world, bot, lost_after_billing())
    (card, *_) = cards(world, await last_job(world, bot))
    await try_again(world, bot)
    await shown(world, bot)
    await world.slack.press(card, TRY_AGAIN, user="U1")
    await world.until(
        lambda: any("already accepted" in m.words for m in world.slack.ephemerals("U1"))
    )
    await at_rest(world, bot)
    assert len(world.glm.purchases) == 2
    assert len(pictures(world)) == 1


async def _polls_past_the_deadline(world: World) -> None:
    polls = len(world.glm.requests)
    await world.until(lambda: len(world.glm.requests) > polls + 1)
    world.clock.advance(GENERATION_DEADLINE + 1)  # type: ignore[union-attr]


async def test_an_api_key_that_is_taken_away_leaves_an_ordered_image_unsure(
    world: World, start_bot: BotStarter
) -> None:
    world.glm.weather.next(never_done())
    async with start_bot() as bot:
        await world.slack.command("a fox", user="U1", channel="C1")
        await world.until(lambda: world.glm.purchases)
        world.clock.advance(60)  # type: ignore[union-attr]
    async with start_bot(zhipu_api_key=None) as bot:
        end = await end_of_last(world, bot)
    assert (end.status, end.text_id) == ("unsure", "setup.no_api_key")
    assert (end.in_quota, end.paid) == (1, 1)


async def test_of_two_images_one_refused_the_other_is_shown_with_the_reason(
    world: World, bot: Bot
) -> None:
    world.glm.weather.next(error("1301"), filtered(3))
    await world.slack.command("a fox --n 2", user="U1", channel="C1")
    (picture,) = await shown(world, bot)
    assert len(picture.files) == 1
    assert "content policy" in picture.words
    assert await counted(bot) == 1


async def test_a_failed_task_is_tried_again_as_a_new_request(world: World, bot: Bot) -> None:
    await _ask(world, bot, fails())
    await try_again(world, bot)
    await try_again_is_spent(world, bot)
    assert len(world.glm.purchases) == 2


async def try_again_is_spent(world: World, bot: Bot) -> None:
    await shown(world, bot)
    await world.slack.replay()
    await world.slack.settle()
