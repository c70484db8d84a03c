"""A bot whose people never reach their quota, whose worker is eager, and a Slack that is quick."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from glm_slackbot.app.serve import Bot
from glm_slackbot.sandbox.world import World

from ..conftest import BotStarter


@pytest.fixture
async def bot(start_bot: BotStarter, world: World) -> AsyncIterator[Bot]:
    """The bot, by HTTP."""
    world.slack.uploads.processing_seconds = 0.01
    async with start_bot(user_daily_images=1000) as running:
        yield running


@pytest.fixture(autouse=True)
async def eager_worker(world: World) -> AsyncIterator[None]:
    """What waits is looked for all the time: a second of ours is long on a fast clock."""

    async def ring() -> None:
        while True:
            if world.bot is not None:
                world.bot.services.bell.set()
            await asyncio.sleep(0.05)

    ringing = asyncio.create_task(ring())
    yield
    ringing.cancel()
