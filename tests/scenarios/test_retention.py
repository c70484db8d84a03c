"""Prompts are kept as long as the workspace wants; then the buttons say that they are gone."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import insert, update

from glm_slackbot.app.serve import Bot
from glm_slackbot.domain.job import JobStatus
from glm_slackbot.sandbox import glm_weather
from glm_slackbot.sandbox.world import World
from glm_slackbot.storage.chores import chore_taken_at
from glm_slackbot.storage.entries import job_values
from glm_slackbot.storage.erasing import BATCH
from glm_slackbot.storage.tables import chores, drafts, images, jobs
from glm_slackbot.workflow.cleanup import clean_up

from ..clock import FastClock
from ..factories import new_job
from ..peek import rows as rows_of
from .admins import save
from .seeing import at_rest, results, see_direct, see_private, see_result, time_passes

pytestmark = pytest.mark.usefixtures("mannerly")

DAY = 24 * 3600.0
A_ROUND = 190.0
"""Seconds in which the cleaning comes round."""


async def prompts(bot: Bot) -> list[str]:
    return [row["prompt"] for row in await rows_of(bot.services.database, jobs)]


async def cleaned(world: World, bot: Bot) -> None:
    """As if the cleaning had come round; the day's writing anew is due when it is due."""
    await at_rest(world, bot)
    due = update(chores).where(chores.c.name != "rewrite").values(next_at=0.0)
    for _ in range(2):  # the bot's own round may have begun, and then the first is none
        async with bot.services.database.write() as connection:
            await connection.execute(due)
        await clean_up(bot.services)


async def test_with_0_days_nothing_is_kept_after_delivery_and_buttons_say_so(
    world: World, bot: Bot
) -> None:
    await save(world, bot, prompt_days=0)
    await world.slack.command("a fox --style ink", user="U1", channel="C1")
    shown = await see_result(world)
    await at_rest(world, bot)
    await time_passes(bot, A_ROUND)
    assert await prompts(bot) == [""]
    await world.slack.press(shown, "Again", user="U2")
    await see_private(world, "U2", "no longer known")
    assert len(world.glm.purchases) == 1
    await world.slack.press(shown, "Delete", user="U1")
    card = await see_private(world, "U1", "deleted for everyone")
    assert "kept no longer" in card.words
    assert results(world) == []


async def test_no_byte_of_the_files_tells_what_is_kept_no_longer(
    world: World, bot: Bot, rows: Path
) -> None:
    await save(world, bot, prompt_days=0)
    files = [rows, rows.with_name(f"{rows.name}-wal")]
    for prompt in ("a vermilion fox", "a chartreuse owl"):
        await world.slack.command(prompt, user="U1", channel="C1")
        colour = prompt.split()[1].encode()
        assert colour in b"".join(file.read_bytes() for file in files)
        await cleaned(world, bot)
        assert colour not in b"".join(file.read_bytes() for file in files)


async def test_what_is_erased_after_the_file_was_written_anew_has_it_written_once_more_a_day_later(
    world: World, bot: Bot, clock: FastClock
) -> None:
    async def written_anew_at() -> float:
        await cleaned(world, bot)
        return await chore_taken_at(bot.services.database, "rewrite", every=DAY)

    await save(world, bot, prompt_days=0)
    await world.slack.command("a fox", user="U1", channel="C1")
    first = await written_anew_at()
    await world.slack.command("an owl", user="U1", channel="C1")
    assert await written_anew_at() == first > 0
    clock.advance(DAY)
    second = await written_anew_at()
    assert second > first
    clock.advance(DAY)
    assert await written_anew_at() == second


async def test_with_0_days_what_failed_can_be_tried_again_for_a_day(
    world: World, bot: Bot, clock: FastClock
) -> None:
    await save(world, bot, prompt_days=0)
    world.glm.weather.next(glm_weather.error("1113"))
    await world.slack.command("a fox", user="U1", channel="C1")
    card = await see_private(world, "U1", "Try again")
    await cleaned(world, bot)
    assert await prompts(bot) == ["a fox"]
    clock.advance(DAY)
    await cleaned(world, bot)
    assert await prompts(bot) == [""]
    await world.slack.press(card, "Try again", user="U1")
    await see_private(world, "U1", "no longer known")
    assert world.glm.purchases == []


async def test_the_workspaces_days_hold_and_then_rows_go_after_25_months(
    world: World, bot: Bot, clock: FastClock
) -> None:
    await save(world, bot, prompt_days=30)
    await world.slack.direct_message("hello", user="U1")
    talk = await see_direct(world, "U1", "Draw this")
    await world.slack.command("a fox", user="U1", channel="C1")
    await see_result(world)
    await at_rest(world, bot)
    clock.advance(29 * DAY)
    await cleaned(world, bot)
    assert await prompts(bot) == ["a fox"]
    clock.advance(DAY)
    await cleaned(world, bot)
    assert await prompts(bot) == [""]
    await world.slack.press(talk, "Draw this", user="U1")
    await see_direct(world, "U1", "no longer known")
    clock.advance(732 * DAY)
    await cleaned(world, bot)
    for table in (jobs, images, drafts):
        assert await rows_of(bot.services.database, table) == []


async def test_where_nothing_was_saved_prompts_are_kept_a_year(
    world: World, bot: Bot, clock: FastClock
) -> None:
    await world.slack.command("a fox", user="U1", channel="C1")
    await see_result(world)
    await at_rest(world, bot)
    clock.advance(364 * DAY)
    await cleaned(world, bot)
    assert await prompts(bot) == ["a fox"]
    clock.advance(2 * DAY)
    await cleaned(world, bot)
    assert await prompts(bot) == [""]


async def test_more_than_a_batch_goes_in_one_round_and_a_second_round_waits_its_time(
    world: World, bot: Bot
) -> None:
    await time_passes(bot, A_ROUND)
    await save(world, bot, prompt_days=0)
    ended = {"status": JobStatus.DELIVERED, "workspace_id": world.slack.workspace.team_id}
    entries = [new_job() for _ in range(BATCH + 1)]
    async with bot.services.database.write() as connection:
        values = [{**job_values(entry), **ended} for entry in entries]
        await connection.execute(insert(jobs), values)
        await connection.execute(update(chores).values(next_at=0.0))
    await clean_up(bot.services)
    assert set(await prompts(bot)) == {""}
    async with bot.services.database.write() as connection:
        await connection.execute(update(jobs).values(prompt="a fox", erased_at=None))
    await clean_up(bot.services)
    assert set(await prompts(bot)) == {"a fox"}
