"""Admins are told when the provider's account makes no more images: once a cause and day."""

from __future__ import annotations

import asyncio

import pytest

from glm_slackbot.app.serve import Bot
from glm_slackbot.domain.image_models import Provider
from glm_slackbot.sandbox import glm_weather
from glm_slackbot.sandbox.glm_api import TEST_API_KEYS
from glm_slackbot.sandbox.world import World
from glm_slackbot.storage.tables import notices

from ..factories import origin_factory
from ..peek import rows
from .administering import set_api_key
from .admins import opened_home
from .seeing import at_rest, see_direct, see_private, time_passes

pytestmark = pytest.mark.usefixtures("mannerly")


def told(world: World, user: str) -> list[str]:
    return [m.words for m in world.slack.direct_messages_of(user) if m.bot_id]


@pytest.mark.parametrize(
    ("code", "words"), [("1113", "has no balance"), ("1000", "does not accept the API key")]
)
async def test_an_account_that_buys_nothing_is_told_to_admins_once_a_day(
    world: World, bot: Bot, code: str, words: str
) -> None:
    await opened_home(world, bot, "U2")
    for wanted in ("a fox", "an owl"):
        world.glm.weather.next(glm_weather.error(code))
        await world.slack.command(wanted, user="U1", channel="C1")
        await see_private(world, "U1", words)
        await at_rest(world, bot)
    assert words in (await see_direct(world, "U2", "until somebody acts")).words
    await time_passes(bot, 100)
    assert len(told(world, "U2")) == 1
    assert told(world, "U1") == []


async def test_what_only_one_request_was_refused_for_is_no_notice(world: World, bot: Bot) -> None:
    await opened_home(world, bot, "U2")
    world.glm.weather.next(glm_weather.error("1301"))
    await world.slack.command("a fox", user="U1", channel="C1")
    await see_private(world, "U1", "content policy")
    await at_rest(world, bot)
    assert await rows(bot.services.database, notices) == []


async def test_where_another_api_key_was_set_since_nothing_is_told(world: World, bot: Bot) -> None:
    await opened_home(world, bot, "U2")
    await set_api_key(world, TEST_API_KEYS[Provider.BIGMODEL], "bigmodel")
    origin = origin_factory(team_id=world.slack.workspace.team_id)
    params = {"provider": "open.bigmodel.cn", "since": 0.0}
    await bot.services.notices.write(origin, "glm.balance", params, bot.services.clock.now())
    async with asyncio.timeout(20):
        while await rows(bot.services.database, notices):  # noqa: ASYNC110  # another task ends it
            await asyncio.sleep(0.05)
    assert told(world, "U2") == []
