"""An API key that is changed or removed while requests wait: what is set by then holds."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from holding import images_held_up

from glm_slackbot.app.serve import Bot
from glm_slackbot.domain.image_models import Provider
from glm_slackbot.sandbox.glm_api import TEST_API_KEYS
from glm_slackbot.sandbox.world import World
from glm_slackbot.storage.audit import Act, AuditEntry
from glm_slackbot.storage.tables import images
from glm_slackbot.storage.workspaces import SealedApiKey

from ..conftest import BotStarter
from ..peek import rows
from .administering import TEAM
from .seeing import at_rest

pytestmark = pytest.mark.usefixtures("mannerly")

BIGMODEL, ZAI = Provider.BIGMODEL, Provider.ZAI


@pytest.fixture
async def bot(start_bot: BotStarter) -> AsyncIterator[Bot]:
    """One image at once for an API key, and none in the environment."""
    async with start_bot(zhipu_api_key=None, max_concurrency=1) as running:
        yield running


async def set_now(bot: Bot, provider: Provider | None) -> None:
    entry = AuditEntry(TEAM, 0.0, "U2", Act.API_KEY_SET)
    box = bot.services.api_keys.secret_box
    assert box is not None
    sealed = provider and SealedApiKey(
        provider.value, box.seal(TEST_API_KEYS[provider]), "last", "U2", 0.0
    )
    await bot.services.workspaces.save_api_key(TEAM, sealed or None, entry)


async def while_one_waits(world: World, bot: Bot, provider: Provider | None) -> None:
    """Two images are asked for, and the API key changes when the first one is ordered."""
    await set_now(bot, BIGMODEL)
    with images_held_up(world.glm):
        await world.slack.command("a fox --n 2", user="U1", channel="C1")
        await world.until(lambda: world.glm.purchases)
        await set_now(bot, provider)
        await bot.services.clock.sleep(4.0)
    await at_rest(world, bot)


async def test_what_waits_is_bought_and_counted_by_the_api_key_that_is_set_by_then(
    world: World, bot: Bot
) -> None:
    await while_one_waits(world, bot, ZAI)
    assert [p.provider for p in world.glm.purchases] == [BIGMODEL, ZAI]
    counted = await rows(bot.services.database, images)
    assert [(i["cost_micros"], i["currency"]) for i in counted] == [
        (100_000, "CNY"),
        (15_000, "USD"),
    ]


async def test_nothing_is_bought_with_an_api_key_that_was_removed(world: World, bot: Bot) -> None:
    await while_one_waits(world, bot, None)
    assert [p.provider for p in world.glm.purchases] == [BIGMODEL]
