"""Each setting that an admin saves holds for the next request, whatever the environment says."""

from __future__ import annotations

import json

import pytest

from glm_slackbot.app.serve import Bot
from glm_slackbot.domain.size import Size
from glm_slackbot.sandbox.world import World

from ..conftest import BotStarter
from .admins import save
from .seeing import at_rest, see_result

pytestmark = pytest.mark.usefixtures("mannerly")


async def ask(world: World, words: str = "a fox", user: str = "U1") -> str:
    card = (await world.slack.command(words, user=user, channel="C1")).shown
    assert card is not None
    return card.words


async def test_model_size_and_watermark_are_as_saved(world: World, bot: Bot) -> None:
    await save(world, bot, model="cogview-4", size=Size(768, 1344), watermark=False)
    await ask(world)
    await see_result(world)
    (bought,) = world.glm.purchases
    assert (bought.model, bought.size) == ("cogview-4", Size(768, 1344))
    (sent,) = [json.loads(r.body) for r in world.glm.requests if r.method == "POST"]
    assert sent["watermark_enabled"] is False


async def test_what_a_person_says_beats_the_defaults(world: World, bot: Bot) -> None:
    await save(world, bot, model="cogview-4", size=Size(768, 1344))
    await ask(world, "a fox --model glm-image --ar 1:1")
    await see_result(world)
    (bought,) = world.glm.purchases
    assert (bought.model, bought.size) == ("glm-image", Size(1280, 1280))


async def test_numbers_beat_the_environments(world: World, start_bot: BotStarter) -> None:
    async with start_bot(user_daily_images=1, max_images=1) as bot:
        await save(world, bot, daily_images=4, max_images=3)
        assert "accepted" in await ask(world, "a fox --n 3")
        refused = await ask(world, "a fox --n 2")
        assert "3 of 4" in refused
        assert "accepted" in await ask(world)
        await save(world, bot, daily_images=0)
        assert "Home tab" in await ask(world, user="U2")
        await at_rest(world, bot)


async def test_a_minutes_images_are_free_again_after_a_minute(world: World, bot: Bot) -> None:
    await save(world, bot, minute_images=1)
    assert "accepted" in await ask(world)
    assert "1 of 1" in await ask(world)
    assert "Home tab" in await ask(world, "a fox --n 2")
    assert "accepted" in await ask(world, user="U2")
    world.clock.advance(61)  # type: ignore[union-attr]
    assert "accepted" in await ask(world)
    await at_rest(world, bot)


async def test_the_language_is_everybodys(world: World, bot: Bot) -> None:
    await save(world, bot, locale="zh")
    assert "请求" in await ask(world)
    await save(world, bot, locale="en")
    assert "accepted" in await ask(world, "一只狐狸", user="U3")
    await at_rest(world, bot)
