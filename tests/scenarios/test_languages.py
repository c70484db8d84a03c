"""Which language people are answered in."""

from __future__ import annotations

import pytest

from glm_slackbot.app.serve import Bot
from glm_slackbot.sandbox.glm_weather import error
from glm_slackbot.sandbox.world import World

from .seeing import at_rest, see_buttons, see_private

pytestmark = pytest.mark.usefixtures("mannerly")


async def told(world: World, words: str, user: str) -> str:
    card = (await world.slack.command(words, user=user, channel="C1")).shown
    assert card is not None
    return card.words


async def test_until_slack_tells_a_chinese_prompt_is_answered_in_chinese(
    world: World, bot: Bot
) -> None:
    assert "请求已受理" in await told(world, "一只狐狸", "U1")  # whose Slack is English
    assert "Request accepted" in await told(world, "a fox", "U3")  # whose Slack is Chinese


async def test_then_slacks_locale_holds_whatever_is_written(world: World, bot: Bot) -> None:
    for user, words in (("U1", "一只狐狸"), ("U3", "a fox")):
        await told(world, words, user)
    await at_rest(world, bot)
    assert "Request accepted" in await told(world, "一只猫头鹰", "U1")
    assert "请求已受理" in await told(world, "an owl", "U3")
    assert "怎样生成图片" in await told(world, "help", "U3") or "--ar" in await told(
        world, "help", "U3"
    )


async def test_what_everybody_sees_is_in_the_requesters_language(world: World, bot: Bot) -> None:
    await world.slack.command("a fox", user="U3", channel="C1")
    result = await see_buttons(world)
    assert "模型：glm-image" in result.words
    await world.slack.press(result, "再来一次", user="U1")
    await see_private(world, "U1", "Request accepted")


async def test_a_failure_is_told_in_the_askers_language(world: World, bot: Bot) -> None:
    world.glm.weather.always(error("1301"))
    await world.slack.command("a fox", user="U3", channel="C1")
    await world.slack.command("一只狐狸", user="U1", channel="C1")
    await see_private(world, "U3", "没有产生费用")
    await see_private(world, "U1", "Nothing was charged")


async def test_opening_the_home_tab_makes_the_language_known(world: World, bot: Bot) -> None:
    await world.slack.open_home("U3")
    await world.until(lambda: world.slack.home_of("U3"))
    assert "请求已受理" in await told(world, "a fox", "U3")
    home = world.slack.home_of("U3")
    assert home is not None
    assert "如何生成图片" in str(home.content)


async def test_where_slack_does_not_tell_the_prompts_language_stays(world: World, bot: Bot) -> None:
    world.slack.workspace.users["U1"].locale = ""
    await told(world, "一只狐狸", "U1")
    assert "模型：glm-image" in (await see_buttons(world)).words
