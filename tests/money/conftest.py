"""A bot whose people never reach their quota, and a Slack that is quick."""

from __future__ import annotations

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
