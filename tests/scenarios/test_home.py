"""The Home tab and ``/imagine usage``: one's own images and usage, and the month for admins."""

from __future__ import annotations

from typing import Any

import pytest
from factories import new_job, request_factory

from glm_slackbot.app.serve import Bot
from glm_slackbot.sandbox import slack_weather
from glm_slackbot.sandbox.world import World
from glm_slackbot.storage.audit import Act, AuditEntry
from glm_slackbot.storage.entries import NewJob

from .seeing import at_rest, see_result, see_results

pytestmark = pytest.mark.usefixtures("mannerly")


async def home_of(world: World, user: str) -> str:
    await world.slack.open_home(user)
    view: Any = await world.until(lambda: world.slack.home_of(user))
    return str(view.content)


async def test_home_shows_the_last_images_with_again_and_what_was_used(
    world: World, bot: Bot
) -> None:
    await world.slack.command("a fox --ar 16:9", user="U1", channel="C1")
    result = await see_result(world)
    await at_rest(world, bot)

    home = await home_of(world, "U1")

    for words in ("a fox", "1728x960", "1 of 50", "0.10 CNY", "glm_slackbot.again"):
        assert words in home
    assert f"/archives/C1/p{result.ts.replace('.', '')}|Open in Slack" in home
    assert "By person" not in home


async def test_where_slack_tells_no_link_to_the_message_home_links_to_the_channel(
    world: World, bot: Bot
) -> None:
    world.slack.weather.next("chat.getPermalink", slack_weather.error("message_not_found"))
    await world.slack.command("a fox", user="U1", channel="C1")
    await see_result(world)
    await at_rest(world, bot)

    team = world.slack.workspace.team_id
    assert f"app_redirect?team={team}&amp;channel=C1|Open in Slack" in await home_of(world, "U1")


async def test_again_on_home_makes_the_image_again(world: World, bot: Bot) -> None:
    await world.slack.command("a fox", user="U1", channel="C1")
    await see_result(world)
    await at_rest(world, bot)
    await home_of(world, "U1")
    home = world.slack.home_of("U1")
    assert home is not None
    await world.slack.press(home, "Again", user="U1")
    await see_results(world, 2)


async def test_an_admin_sees_the_month_of_the_workspace_too(world: World, bot: Bot) -> None:
    await world.slack.command("a fox", user="U1", channel="C1")
    await see_result(world)
    await at_rest(world, bot)
    team = world.slack.workspace.team_id
    await bot.services.audit.add(AuditEntry(team, bot.services.clock.now(), "U2", Act.FORGED))

    home = await home_of(world, "U2")

    for words in ("By person", "<@U1>: 1 (0.10 CNY)", "<#C1>: 1", "Now waiting: 0", "only admins"):
        assert words in home


async def test_home_is_in_the_readers_language(world: World, bot: Bot) -> None:
    home = await home_of(world, "U3")
    assert "你的图片" in home


async def test_the_help_button_opens_the_help(world: World, bot: Bot) -> None:
    await home_of(world, "U1")
    home = world.slack.home_of("U1")
    assert home is not None
    await world.slack.press(home, "How to make an image", user="U1")
    (view,) = await world.until(lambda: world.slack.opened_views("U1"))
    assert "--size" in str(view.content)


@pytest.mark.usefixtures("bot")
@pytest.mark.parametrize(("typed", "words"), [("usage", "0 of 50"), ("用量", "0/50")])
async def test_usage_tells_a_person_what_they_used_and_may(
    world: World, typed: str, words: str
) -> None:
    answer = await world.slack.command(typed, user="U1", channel="C1")
    assert words in answer.body
    assert world.glm.requests == []


async def test_home_bears_long_prompts_and_names(world: World, bot: Bot) -> None:
    team = world.slack.workspace.team_id
    now = bot.services.clock.now()
    request = request_factory(prompt="&" * 1000)
    for n in range(40):
        entry: NewJob = new_job(
            team_id=team, user_id="U2", channel_id=f"C{n}", request=request, created_at=now - n
        )
        await bot.services.acceptor.accept(entry)
    for n in range(12):
        entry_ = AuditEntry(team, now + n, "U2", Act.SETTINGS_CHANGED, {"size": "x" * 2000})
        await bot.services.audit.add(entry_)

    assert "changed the settings" in await home_of(world, "U2")
