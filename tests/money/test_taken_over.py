"""Jobs that change hands: of a process that died, and of one that only thinks it has them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from holding import images_held_up
from peek import accepted, claim, end_leases
from sqlalchemy import update
from structlog.testing import capture_logs
from structlog.typing import EventDict

from glm_slackbot.app.serve import Bot
from glm_slackbot.sandbox.glm_weather import lost_after_billing
from glm_slackbot.sandbox.slack_weather import Trouble
from glm_slackbot.sandbox.world import World
from glm_slackbot.storage.acceptor import Acceptor
from glm_slackbot.storage.address import SqliteAddress
from glm_slackbot.storage.checkpoints import Checkpoints
from glm_slackbot.storage.claims import Claims
from glm_slackbot.storage.database import Database
from glm_slackbot.storage.tables import jobs

from ..conftest import BotStarter
from ..scenarios.seeing import at_rest
from .ledger import TRY_AGAIN, End, end_of_last, outcomes, pictures, shown, try_again

LOST = "another process has the job now"
LATE_NONSENSE = Trouble(200, '{"ok": true, "channel": "what is this"}', seconds=4.0)
"""An answer that we understand nothing of, and that takes its time."""


@asynccontextmanager
async def process_that_dies(rows: Path) -> AsyncIterator[Database]:
    """A process that claims and buys, and is no more at the end of the block."""
    database = Database(SqliteAddress(rows))
    yield database
    await end_leases(database)
    await database.close()


async def test_a_purchase_that_a_dead_process_may_have_made_is_told_counted_and_not_repeated(
    world: World, start_bot: BotStarter, rows: Path
) -> None:
    now = world.clock.now()  # type: ignore[union-attr]
    async with process_that_dies(rows) as database:
        claims, checkpoints = Claims(database, "dead"), Checkpoints(database, "dead")
        fox = {"team_id": world.slack.workspace.team_id, "created_at": now}
        await accepted(Acceptor(database), **fox)
        job = await claim(claims, now + 1)
        await checkpoints.begin_purchase(
            job, job.images[0], api_key_id="an-api-key", concurrency=1, now=now + 1
        )
    async with start_bot() as bot:
        end = await end_of_last(world, bot)
        assert end == End("unsure", "unsure.process_died", in_quota=1, paid=1, try_again=True)
        assert world.glm.purchases == []

        await try_again(world, bot)
        await shown(world, bot)
        assert await outcomes(bot) == ["unsure", "delivered"]
    assert len(world.glm.purchases) == 1


async def test_a_process_that_lost_its_job_writes_nothing_more_and_the_next_one_goes_on(
    world: World, bot: Bot
) -> None:
    with capture_logs() as log:
        with images_held_up(world.glm):
            await world.slack.command("a fox", user="U1", channel="C1")
            await world.until(lambda: len(world.glm.requests) > 1)
            await _give_to_another(bot.services.database)
        await world.until(lambda: LOST in _events(log))
        assert pictures(world) == []
        await end_leases(bot.services.database)
    await shown(world, bot)
    assert len(pictures(world)) == len(world.glm.purchases) == 1


async def _give_to_another(database: Database) -> None:
    """As if this process had slept for so long that another one took its job over."""
    taken = {"lease_owner": "another", "lease_until": database.now() + 3600}
    async with database.write() as connection:
        await connection.execute(update(jobs).values(**taken, attempt=jobs.c.attempt + 1))


def _events(log: list[EventDict]) -> list[str]:
    return [entry["event"] for entry in log]


@pytest.mark.parametrize("key_is_busy", [False, True], ids=["goes on at once", "waits its turn"])
async def test_try_again_pressed_while_the_failure_is_still_told_is_not_undone_by_it(
    world: World, start_bot: BotStarter, key_is_busy: bool
) -> None:
    world.glm.weather.next(lost_after_billing())
    world.slack.weather.next("conversations.open", LATE_NONSENSE)
    async with start_bot(max_concurrency=1) as bot:
        await world.slack.command("a fox", user="U1", channel="C1")
        (card, *_) = await world.until(
            lambda: [m for m in world.slack.ephemerals("U1") if TRY_AGAIN in m.labels]
        )
        with images_held_up(world.glm), capture_logs() as log:
            if key_is_busy:
                await world.slack.command("an owl", user="U2", channel="C1")
                await world.until(lambda: len(world.glm.purchases) == 2)
            await world.slack.press(card, TRY_AGAIN, user="U1")
            await world.until(lambda: "a job failed unexpectedly" in _events(log))
            await world.until(lambda: not key_is_busy or LOST in _events(log))
        await at_rest(world, bot)
        assert (await outcomes(bot))[-1] == "delivered"
    assert len(world.glm.purchases) == 2 + key_is_busy
    assert len(pictures(world)) == 1 + key_is_busy
