"""What a request came to: in the rows, for the asker, and for everybody else."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

from peek import rows
from sqlalchemy import RowMapping

from glm_slackbot.app.serve import Bot
from glm_slackbot.sandbox.slack_message import Message
from glm_slackbot.sandbox.world import World
from glm_slackbot.storage.tables import images, jobs

TRY_AGAIN = "Try again"
PATIENCE = 25.0


@dataclass(frozen=True)
class End:
    """How one request ended; ``in_quota`` and ``paid`` count images."""

    status: str
    text_id: str | None
    in_quota: int
    paid: int
    try_again: bool


async def end_of_last(world: World, bot: Bot) -> End:
    """Wait until the last request is ended and told."""
    job = await last_job(world, bot)
    of_job = await rows(bot.services.database, images, job_id=job["id"])
    return End(
        status=job["status"],
        text_id=(job["error"] or {}).get("text_id"),
        in_quota=sum(bool(row["in_quota"]) for row in of_job),
        paid=sum(row["cost_micros"] > 0 for row in of_job),
        try_again=any(TRY_AGAIN in card.labels for card in cards(world, job)),
    )


async def last_job(world: World, bot: Bot) -> dict[str, Any]:
    """The newest job's row, once it is ended and told."""
    async with asyncio.timeout(PATIENCE):
        while True:
            newest = await _newest_job(bot)
            if _is_over(newest):
                await world.slack.settle()
                return dict(newest)
            await asyncio.sleep(0.02)


async def waiting_job(bot: Bot) -> RowMapping:
    """Wait until some job, or its end, is put off because of trouble."""
    async with asyncio.timeout(PATIENCE):
        while True:
            for row in await rows(bot.services.database, jobs):
                if row["busy_since"] is not None:
                    return row
            await asyncio.sleep(0.01)


async def hours_pass(world: World, bot: Bot) -> None:
    """Let the time go by until the last request is ended and told."""
    async with asyncio.timeout(PATIENCE):
        while not _is_over(await _newest_job(bot)):
            world.clock.advance(600)  # type: ignore[union-attr]
            await asyncio.sleep(0.1)


async def _newest_job(bot: Bot) -> Any:
    found = await rows(bot.services.database, jobs)
    return max(found, key=lambda row: float(row["created_at"]), default=None)


def cards(world: World, job: dict[str, Any]) -> list[Message]:
    """The private cards that tell the asker of a failure, the ephemeral ones first."""
    user = job["user_id"]
    private = [*world.slack.ephemerals(user), *world.slack.direct_messages_of(user)]
    return [m for m in dict.fromkeys(private) if f"Reference: {job['id']}" in m.words]


def pictures(world: World, channel: str = "C1") -> list[Message]:
    """The messages with images."""
    return [m for m in world.slack.messages(channel) if m.files and m.bot_id]


async def shown(world: World, bot: Bot) -> list[Message]:
    """Wait for messages with images, and until the rows say so too."""
    await world.until(lambda: pictures(world))
    await end_of_last(world, bot)
    return pictures(world)


async def outcomes(bot: Bot) -> list[str]:
    """How all images ended, in their order."""
    return [row["outcome"] for row in await rows(bot.services.database, images)]


async def counted(bot: Bot) -> int:
    """Images that count in somebody's quota."""
    return sum(bool(row["in_quota"]) for row in await rows(bot.services.database, images))


async def try_again(world: World, bot: Bot) -> None:
    """Press Try again on the newest card of the newest request."""
    job = await last_job(world, bot)
    card = next(m for m in reversed(cards(world, job)) if TRY_AGAIN in m.labels)
    answer = await world.slack.press(card, TRY_AGAIN, user=job["user_id"])
    assert answer.ok


def _is_over(job: Any) -> bool:
    return job is not None and job["status"] not in ("queued", "running") and not job["closing_due"]
