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

from ..conftest import BotStarter
from .administering import see_home, words_of
from .admins import save
from .seeing import at_rest, see_result

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
    assert "This month in this workspace" not in home


async def test_where_slack_tells_no_link_to_the_message_home_links_to_the_channel(
    world: World, bot: Bot
) -> None:
    world.slack.weather.next("chat.getPermalink", slack_weather.error("message_not_found"))
    await world.slack.command("a fox", user="U1", channel="C1")
    await see_result(world)
    await at_rest(world, bot)

    team = world.slack.workspace.team_id
    assert f"app_redirect?team={team}&amp;channel=C1|Open in Slack" in await home_of(world, "U1")


async def test_an_admin_sees_the_month_of_the_workspace_too(world: World, bot: Bot) -> None:
    await world.slack.command("a fox", user="U1", channel="C1")
    await see_result(world)
    await at_rest(world, bot)
    team = world.slack.workspace.team_id
    for act in (Act.FORGED, *[Act.DELETE_REFUSED] * 10):
        await bot.services.audit.add(AuditEntry(team, bot.services.clock.now(), "U2", act))

    home = await home_of(world, "U2")

    for words in (
        "By person",
        "<@U1>: 1 (0.10 CNY)",
        "<#C1>: 1",
        "Now waiting: 0",
        "Tried this month",
    ):
        assert words in home


async def test_home_is_in_the_readers_language(world: World, bot: Bot) -> None:
    world.slack.workspace.users["U3"].is_owner = True
    home = await home_of(world, "U3")
    for words in ("你的图片", "这个工作区的本月情况", "默认模型"):
        assert words in home
    for words in ("按成员", "按频道", "最近的更改"):
        assert words not in home, "where nothing is yet, no heading stands above it"


async def test_a_guest_reads_on_home_that_they_may_not_until_they_may(
    world: World, bot: Bot
) -> None:
    assert "Guests of this workspace cannot make images" in await home_of(world, "U4")
    await save(world, bot, allows_guests=True)
    assert "cannot make images" not in words_of(await see_home(world, "U4"))


async def test_a_person_of_another_organisation_reads_it_too(world: World, bot: Bot) -> None:
    world.slack.add_user("U5", "sam", is_stranger=True, is_admin=True)
    home = await home_of(world, "U5")
    assert "Only people of this workspace" in home
    assert "This month in this workspace" not in home


async def test_while_slack_does_not_tell_who_looks_home_shows_their_own_and_says_so(
    world: World, bot: Bot
) -> None:
    world.slack.weather.always("users.info", slack_weather.status(503))
    home = await home_of(world, "U2")
    assert "Your images" in home
    assert "did not say just now who you are" in home
    assert "This month in this workspace" not in home


async def test_a_listed_admin_sees_it_all_though_slack_does_not_tell(
    world: World, start_bot: BotStarter
) -> None:
    world.slack.weather.always("users.info", slack_weather.status(503))
    async with start_bot(admins="U1"):
        home = await home_of(world, "U1")
    assert "This month in this workspace" in home
    assert "did not say" not in home


async def test_who_changed_what_is_told_in_words_and_attempts_do_not_push_it_away(
    world: World, bot: Bot
) -> None:
    team, now = world.slack.workspace.team_id, bot.services.clock.now()
    changed = {"which": "budget", "from": None, "to": [50_000_000, "CNY"]}
    let_in = {"which": "allows_guests", "from": None, "to": True}
    only = {"which": "channels", "from": None, "to": [f"C{n}" for n in range(9)]}
    details = {"changes": [changed, let_in, only]}
    await bot.services.audit.add(AuditEntry(team, now, "U2", Act.SETTINGS_CHANGED, details))
    for n in range(12):
        await bot.services.audit.add(AuditEntry(team, now + n, "U1", Act.FORGED))
        await bot.services.audit.add(AuditEntry(team, now + n, "U2", Act.API_KEY_TESTED))
    home = await home_of(world, "U2")
    assert "budget a month: none → 50.00 CNY; guests: no → yes" in home
    assert "<#C0>, <#C1>, <#C2> +6" in home
    assert "without the right to it: 12, last by <@U1>" in home


async def test_home_that_cannot_be_made_says_so(world: World, bot: Bot) -> None:
    async with bot.services.database.write() as connection:
        await connection.exec_driver_sql("DROP TABLE audit")
    assert "give whoever runs the bot this reference" in await home_of(world, "U2")
    assert "Your images" in await home_of(world, "U1")


async def test_home_waits_for_a_slow_database(world: World, bot: Bot) -> None:
    async with bot.services.database.write():  # an admin's Home is noted, once there is room
        await world.slack.open_home("U2")
        await bot.services.clock.sleep(40)
        assert world.slack.home_of("U2") is None
    home: Any = await world.until(lambda: world.slack.home_of("U2"))
    assert "This month in this workspace" in str(home.content)


async def test_failures_of_one_kind_are_one_line(world: World, bot: Bot) -> None:
    for channel in ("C8", "C9"):
        world.slack.add_channel(channel, channel.lower(), members=["U1"])
    world.slack.workspace.channels["C8"].members.discard(world.slack.workspace.bot_user_id)
    world.slack.workspace.channels["C9"].archived = True
    for channel in ("C8", "C9"):
        await world.slack.command("a fox", user="U1", channel=channel)
    await at_rest(world, bot)
    assert "Set-up in Slack: 2" in await home_of(world, "U2")


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
