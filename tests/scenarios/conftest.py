"""What every scenario may lean on: both roads to the bot, both ways of delivery, good manners."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest
from clock import FastClock

from glm_slackbot.app.serve import Bot
from glm_slackbot.domain.workspace import Budget
from glm_slackbot.sandbox.world import World

from ..conftest import BotStarter
from .admins import PRICE, opened_home, save
from .seeing import bad_manners


@pytest.fixture
def unhurried(clock: FastClock) -> None:
    """Time as fast as ours: a trigger lives three seconds of it."""
    clock.speed = 1.0


@pytest.fixture
def mannerly(world: World) -> Iterator[None]:
    """At the end: Slack refused no call for its shape, and nobody was pinged or misled."""
    world.slack.uploads.processing_seconds = 0.02
    yield
    assert bad_manners(world) == []


@pytest.fixture(params=["http", "socket"])
async def bot_by_road(
    request: pytest.FixtureRequest, world: World, start_bot: BotStarter
) -> AsyncIterator[Bot]:
    """The bot by HTTP, then by Socket Mode."""
    async with start_bot(socket_mode=request.param == "socket") as running:
        if request.param == "socket":
            await world.slack.socket.connected()
        yield running


@pytest.fixture(params=["one message", "two messages"])
def delivery_way(request: pytest.FixtureRequest, world: World) -> None:
    """Slack takes blocks under files, then refuses them."""
    world.slack.refuses_file_blocks = request.param == "two messages"


@pytest.fixture
async def poor_bot(world: World, bot: Bot) -> Bot:
    """A budget below one image, and an admin who has opened Home."""
    await save(world, bot, budget=Budget(PRICE - 1, "CNY"))
    await opened_home(world, bot, "U2")
    return bot
