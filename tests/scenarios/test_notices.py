"""Admins are told when the month's budget runs out: once a share and day, in their language."""

from __future__ import annotations

import pytest
from sqlalchemy import insert

from glm_slackbot.app.serve import Bot
from glm_slackbot.domain.workspace import Budget
from glm_slackbot.sandbox import slack_weather
from glm_slackbot.sandbox.slack_message import Message
from glm_slackbot.sandbox.world import World
from glm_slackbot.storage.tables import installations, notices

from ..conftest import BotStarter
from ..factories import origin_factory
from ..peek import rows
from .admins import PRICE, opened_home, save
from .seeing import at_rest, see_direct, see_results, time_passes

pytestmark = pytest.mark.usefixtures("mannerly")


def told(world: World, user: str) -> list[Message]:
    return [m for m in world.slack.direct_messages_of(user) if m.bot_id]


async def test_admins_who_opened_home_are_told_at_80_and_100_percent_once_a_day(
    world: World, bot: Bot
) -> None:
    world.slack.workspace.users["U3"].is_owner = True
    await save(world, bot, budget=Budget(5 * PRICE, "CNY"))
    for admin in ("U2", "U3"):
        await opened_home(world, bot, admin)
    await world.slack.command("a fox --n 4", user="U1", channel="C1")
    notice = await see_direct(world, "U2", "80 %")
    assert "0.40 CNY of 0.50 CNY" in notice.words
    await see_direct(world, "U3", "已用 80%")
    assert len(told(world, "U2")) == 1
    await world.slack.command("an owl", user="U1", channel="C1")
    await see_direct(world, "U2", "0.50 CNY of 0.50 CNY")
    await see_results(world, 2)
    await at_rest(world, bot)
    await time_passes(bot, 100)
    assert [len(told(world, admin)) for admin in ("U1", "U2", "U3")] == [0, 2, 2]


async def test_an_admin_hears_that_requests_are_refused_although_something_is_left(
    world: World, bot: Bot
) -> None:
    await save(world, bot, budget=Budget(PRICE * 5 // 2, "CNY"))
    await opened_home(world, bot, "U2")
    for words in ("a fox --n 3", "an owl --n 4"):
        await world.slack.command(words, user="U1", channel="C1")
    notice = await see_direct(world, "U2", "no room for it")
    assert "0.30 CNY" in notice.words
    assert "0.00 CNY of 0.25 CNY" in notice.words
    await time_passes(bot, 100)
    assert len(told(world, "U2")) == 1


async def test_where_the_installer_has_left_those_listed_are_told(
    world: World, start_bot: BotStarter
) -> None:
    team = world.slack.workspace.team_id
    async with start_bot(admins="U3") as bot:
        await _installed_by(bot, team, "U404")
        await save(world, bot, budget=Budget(PRICE, "CNY"))
        await world.slack.command("a fox", user="U1", channel="C1")
        await see_direct(world, "U3", "已用完")


async def test_a_notice_waits_while_slack_is_away(world: World, bot: Bot) -> None:
    await save(world, bot, budget=Budget(PRICE, "CNY"))
    await opened_home(world, bot, "U2")
    world.slack.weather.always("chat.postMessage", slack_weather.status(503))
    await world.slack.command("a fox", user="U1", channel="C1")
    await world.until(lambda: world.slack.calls("chat.postMessage"))
    world.slack.weather.clear()
    await see_direct(world, "U2", "used up")


async def test_who_had_a_notice_already_and_who_cannot_be_told_keep_it_from_nobody_else(
    world: World, bot: Bot
) -> None:
    for admin in ("U3", "U5", "U6"):
        world.slack.add_user(admin, "eve", is_owner=True)
    await save(world, bot, budget=Budget(0, "CNY"))
    for admin in ("U2", "U3", "U5"):
        await opened_home(world, bot, admin)
    world.slack.weather.next("conversations.open", slack_weather.error("cannot_dm_bot"))
    origin = origin_factory(team_id=world.slack.workspace.team_id)
    now = bot.services.clock.now()
    await bot.services.notices.write(origin, "notice.budget_100", {"told": ["U2"]}, now)
    await see_direct(world, "U5", "used up")
    await time_passes(bot, 200)
    assert [len(told(world, admin)) for admin in ("U2", "U3", "U5")] == [0, 0, 1]


async def test_a_workspace_without_any_admin_we_know_has_nobody_to_tell(
    world: World, bot: Bot
) -> None:
    await save(world, bot, budget=Budget(PRICE, "CNY"))
    await world.slack.command("a fox", user="U1", channel="C1")
    await see_results(world, 1)
    await time_passes(bot, 100)
    assert await rows(bot.services.database, notices, due=True) == []


async def test_a_budget_that_was_taken_away_is_not_told_of(world: World, bot: Bot) -> None:
    await opened_home(world, bot, "U2")
    origin = origin_factory(team_id=world.slack.workspace.team_id)
    for cause in ("notice.budget_80", "budget_asked:no-such-job"):
        await bot.services.notices.write(origin, cause, {}, bot.services.clock.now())
    await time_passes(bot, 100)
    assert await rows(bot.services.database, notices, due=True) == []
    assert told(world, "U2") == []


async def test_without_an_admin_who_opened_home_those_listed_are_told(
    world: World, start_bot: BotStarter
) -> None:
    team = world.slack.workspace.team_id
    async with start_bot(admins=f"T9:U1, {team}:U3") as bot:
        await save(world, bot, budget=Budget(PRICE, "CNY"))
        await world.slack.command("a fox", user="U1", channel="C1")
        await see_direct(world, "U3", "已用完")
    assert told(world, "U1") == []


async def test_what_is_no_longer_true_is_not_told(world: World, bot: Bot) -> None:
    await save(world, bot, budget=Budget(PRICE, "CNY"))
    world.slack.weather.always("chat.postMessage", slack_weather.status(503))
    await opened_home(world, bot, "U2")
    await world.slack.command("a fox", user="U1", channel="C1")
    await see_results(world, 1)
    await save(world, bot, budget=Budget(50 * PRICE, "CNY"))
    world.slack.weather.clear()
    await time_passes(bot, 300)
    assert told(world, "U2") == []


async def _installed_by(bot: Bot, team_id: str, user: str) -> None:
    row = {"workspace_id": team_id, "team_id": team_id, "installer_id": user, "installed_at": 1.0}
    tokens = {"sealed_bot_token": "", "generation": 1, "scopes": ""}
    async with bot.services.database.write() as connection:
        await connection.execute(insert(installations).values(**row, **tokens))
