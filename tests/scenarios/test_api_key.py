"""Admins set, test and remove the workspace's API key."""

from __future__ import annotations

import pytest

from glm_slackbot.app.serve import Bot
from glm_slackbot.domain.image_models import Provider
from glm_slackbot.sandbox.glm_weather import refusal
from glm_slackbot.sandbox.world import World
from glm_slackbot.ui import actions

from ..conftest import BotStarter
from .administering import (
    ADMIN,
    BIGMODEL,
    ZAI,
    acts,
    open_from_home,
    saved,
    see_home,
    see_modal,
    set_api_key,
    words_of,
)
from .seeing import see_result

pytestmark = pytest.mark.usefixtures("unhurried", "mannerly")

SET = (ADMIN, "api_key_set")


async def test_an_admin_sets_the_api_key_and_images_are_bought_with_it(
    world: World, start_bot: BotStarter
) -> None:
    async with start_bot(zhipu_api_key=None) as bot:
        assert "None is set" in words_of(await see_home(world))
        await set_api_key(world, ZAI, "z.ai", "api.z.ai accepts the API key")
        await world.until(lambda: ZAI[-4:] in words_of(world.slack.home_of(ADMIN)))
        api_key = (await saved(bot)).api_key
        assert api_key is not None
        assert (api_key.provider, api_key.end, api_key.set_by) == ("z.ai", ZAI[-4:], ADMIN)
        assert await acts(bot) == [(*SET, {"provider": "z.ai"})]
        await world.slack.command("a fox", user="U1", channel="C1")
        await see_result(world)
    assert [p.provider for p in world.glm.purchases] == [Provider.ZAI]


async def test_a_workspaces_own_api_key_beats_the_environments(world: World, bot: Bot) -> None:
    assert "whoever runs the bot has set" in words_of(await see_home(world))
    await set_api_key(world, ZAI, "z.ai")
    await world.slack.command("a fox", user="U1", channel="C1")
    await see_result(world)
    assert [p.provider for p in world.glm.purchases] == [Provider.ZAI]


async def test_the_environments_api_key_can_be_kept_from_workspaces(
    world: World, start_bot: BotStarter
) -> None:
    async with start_bot(share_api_key=False):
        card = await world.slack.command("a fox", user="U1", channel="C1")
        assert "Home tab" in card.body
        assert "None is set" in words_of(await see_home(world))
        await set_api_key(world, BIGMODEL, "bigmodel")
        await world.slack.command("a fox", user="U1", channel="C1")
        await see_result(world)


async def test_the_api_key_is_tested(world: World, bot: Bot) -> None:
    await set_api_key(world, BIGMODEL, "bigmodel")
    await open_from_home(world, actions.TEST_API_KEY, "open.bigmodel.cn accepts the API key")
    world.glm.weather.next_poll(refusal("1000"))
    await open_from_home(world, actions.TEST_API_KEY, "does not accept this API key")
    outcomes = [details["outcome"] for _, act, details in await acts(bot) if act != "api_key_set"]
    assert outcomes == ["accepted", "api_key.refused"]


async def test_the_api_key_is_removed_after_a_question(world: World, bot: Bot) -> None:
    await set_api_key(world, ZAI, "z.ai")
    home = await see_home(world)
    await world.slack.press(home, actions.REMOVE_API_KEY, user=ADMIN)
    view = await see_modal(world, "The API key is removed")
    assert "whoever runs the bot has set" in words_of(view)
    assert (await saved(bot)).api_key is None
    assert (await acts(bot))[-1] == (ADMIN, "api_key_removed", {"provider": "z.ai"})
    await world.until(lambda: actions.REMOVE_API_KEY not in words_of(home))


async def test_a_press_on_a_home_of_yesterday_does_no_harm(world: World, bot: Bot) -> None:
    await set_api_key(world, ZAI, "z.ai")
    home = await see_home(world)
    await bot.services.workspaces.save_api_key("T0SANDBOX", None, (await _entry(bot)))
    before = await acts(bot)
    await world.slack.press(home, actions.TEST_API_KEY, user=ADMIN)
    await see_modal(world, "has no API key of its own")
    await world.slack.press(home, actions.REMOVE_API_KEY, user=ADMIN)
    await see_modal(world, "The API key is removed")
    assert await acts(bot) == before


async def _entry(bot: Bot) -> object:
    return (await bot.services.audit.last("T0SANDBOX", 1))[0]
