"""A request over budget: the asker has the admins asked, and one of them may allow it, once."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, true

from glm_slackbot.app.serve import Bot
from glm_slackbot.domain.workspace import Budget
from glm_slackbot.sandbox import slack_weather
from glm_slackbot.sandbox.world import World
from glm_slackbot.storage.audit import Act
from glm_slackbot.storage.erasing import erase_jobs
from glm_slackbot.storage.forgetting import Scope, forget
from glm_slackbot.storage.tables import images, jobs
from glm_slackbot.ui import actions

from ..clock import FastClock
from ..conftest import BotStarter
from .administering import see_modal
from .admins import PRICE, WISH, forged, opened_home, question, save
from .seeing import at_rest, results, see_direct, see_private, see_result, time_passes

pytestmark = pytest.mark.usefixtures("mannerly")


async def test_an_admin_is_asked_with_the_prompt_and_the_money_and_allows_it_once(
    world: World, poor_bot: Bot
) -> None:
    asked = await question(world)
    await see_private(world, "U1", "are asked to allow")
    for words in ("@U1", WISH, "0.10 CNY", "0.00 CNY of"):
        assert words in asked.words
    assert {"Allow this request", "Open settings"} <= set(asked.labels)

    await world.slack.press(asked, "Allow this request", user="U2")
    await see_result(world)
    await see_private(world, "U2", "You allowed this request")
    await see_direct(world, "U1", "allowed this request")
    await world.slack.press(asked, "Allow this request", user="U2")
    await see_private(world, "U2", "accepted already")
    await at_rest(world, poor_bot)
    assert [p.prompt for p in world.glm.purchases] == [WISH]
    allowed = [
        (e.user_id, e.details["asker"])
        for e in await poor_bot.services.audit.last(world.slack.workspace.team_id, 9)
        if e.act is Act.BUDGET_ALLOWED
    ]
    assert allowed == [("U2", "U1")]


async def test_a_mention_over_budget_is_answered_in_its_thread_once_it_is_allowed(
    world: World, poor_bot: Bot
) -> None:
    message = await world.slack.mention("@bot a fox", user="U1", channel="C1")
    card = await see_private(world, "U1", "does not allow this")
    assert {"Ask the admins", "Try again"} <= set(card.labels)
    await world.slack.press(card, "Ask the admins", user="U1")
    asked = await see_direct(world, "U2", "budget does not allow")
    await world.slack.press(asked, "Allow this request", user="U2")
    assert (await see_result(world)).thread_ts == message.ts


async def test_asking_is_once_a_request_and_two_admins_are_asked_once_each(
    world: World, poor_bot: Bot
) -> None:
    world.slack.add_user("U7", "ann", is_owner=True, locale="zh-CN")
    await opened_home(world, poor_bot, "U7", "zh")
    answer = await world.slack.command("a fox", user="U1", channel="C1")
    assert answer.shown is not None
    for _ in range(2):
        await world.slack.press(answer.shown, "Ask the admins", user="U1")
    await see_private(world, "U1", "have been asked")
    await see_direct(world, "U2", "budget does not allow")
    await see_direct(world, "U7", "本月预算不够")
    await time_passes(poor_bot, 200)
    for admin in ("U2", "U7"):
        told = [m for m in world.slack.direct_messages_of(admin) if m.bot_id]
        assert len(told) == 2  # the refusal, and the question


@pytest.mark.parametrize(
    ("presser", "said"), [("U3", "只有这个工作区的管理员"), ("U1", "Only admins")]
)
async def test_a_forged_yes_changes_nothing_and_is_written_down(
    world: World, poor_bot: Bot, presser: str, said: str
) -> None:
    asked = await question(world)
    world.slack.workspace.channels[asked.channel].members.add(presser)
    await world.slack.press(asked, "Allow this request", user=presser)
    await see_private(world, presser, said)
    await at_rest(world, poor_bot)
    assert await forged(poor_bot, world) == [(presser, "glm_slackbot.allow_budget")]
    assert world.glm.purchases == []


async def test_a_forged_question_changes_nothing_and_is_written_down(
    world: World, poor_bot: Bot
) -> None:
    answer = await world.slack.command("a fox", user="U1", channel="C1")
    assert answer.shown is not None
    answer.shown.only_for = "U3"
    await world.slack.press(answer.shown, "Ask the admins", user="U3")
    await see_private(world, "U3", "只有请求者本人")
    assert await forged(poor_bot, world) == [("U3", "glm_slackbot.ask_admins")]
    await at_rest(world, poor_bot)
    told = [m.words for m in world.slack.direct_messages_of("U2")]
    assert not [words for words in told if "asks to make images" in words]


async def test_an_admin_who_is_none_any_more_is_not_asked_and_the_listed_one_is(
    world: World, start_bot: BotStarter
) -> None:
    async with start_bot(admins="U3") as bot:
        await save(world, bot, budget=Budget(PRICE - 1, "CNY"))
        await opened_home(world, bot, "U2")
        world.slack.workspace.users["U2"].is_admin = False
        answer = await world.slack.command("a fox", user="U1", channel="C1")
        assert answer.shown is not None
        await world.slack.press(answer.shown, "Ask the admins", user="U1")
        asked = await see_direct(world, "U3", "本月预算不够")
        await world.slack.press(asked, "批准这个请求", user="U3")
        await see_result(world)
    assert world.slack.direct_messages_of("U2") == []


async def test_with_nobody_to_ask_the_asker_hears_what_would_help(world: World, bot: Bot) -> None:
    await save(world, bot, budget=Budget(PRICE - 1, "CNY"))
    answer = await world.slack.command("a fox", user="U1", channel="C1")
    assert answer.shown is not None
    await world.slack.press(answer.shown, "Ask the admins", user="U1")
    await see_private(world, "U1", "open my Home tab once")
    await opened_home(world, bot, "U2")
    await world.slack.press(answer.shown, "Ask the admins", user="U1")
    await see_direct(world, "U2", "budget does not allow")


async def test_a_request_that_is_kept_no_longer_is_neither_asked_about_nor_allowed(
    world: World, poor_bot: Bot
) -> None:
    asked = await question(world)
    answer = await world.slack.command(WISH, user="U1", channel="C1")
    assert answer.shown is not None
    await erase_jobs(poor_bot.services.database, true(), 0.0)
    await world.slack.press(asked, "Allow this request", user="U2")
    await see_private(world, "U2", "no longer known")
    await world.slack.press(answer.shown, "Ask the admins", user="U1")
    await see_private(world, "U1", "no longer known")
    async with poor_bot.services.database.write() as connection:
        await connection.execute(delete(images))
        await connection.execute(delete(jobs))
    await world.slack.press(asked, "Allow this request", user="U2")
    await world.until(lambda: len(world.slack.ephemerals("U2")) == 2)
    assert world.glm.purchases == []


async def test_what_a_forgotten_person_asked_for_in_a_thread_is_not_allowed(
    world: World, poor_bot: Bot
) -> None:
    first = world.slack.say("a fox in the snow", user="U1", channel="C1")
    await world.slack.mention("@bot --ar 1:1", user="U1", channel="C1", thread_ts=first.ts)
    card = await see_private(world, "U1", "does not allow this")
    await world.slack.press(card, "Ask the admins", user="U1")
    asked = await see_direct(world, "U2", "asks to make images")
    await at_rest(world, poor_bot)
    now = poor_bot.services.clock.now()
    await forget(poor_bot.services.database, Scope(user_id="U1"), now)
    await world.slack.press(asked, "Allow this request", user="U2")
    await see_private(world, "U2", "no longer known")
    assert world.glm.requests == []


async def test_an_asker_who_cannot_be_told_of_the_yes_gets_the_image(
    world: World, poor_bot: Bot
) -> None:
    asked = await question(world)
    world.slack.weather.next("conversations.open", slack_weather.error("cannot_dm_bot"))
    await world.slack.press(asked, "Allow this request", user="U2")
    await see_result(world)
    await see_private(world, "U2", "You allowed this request")


async def test_while_slack_does_not_tell_who_presses_nothing_is_allowed_or_called_forged(
    world: World, poor_bot: Bot, clock: FastClock
) -> None:
    asked = await question(world)
    clock.advance(120)
    world.slack.weather.always("users.info", slack_weather.status(503))
    await world.slack.press(asked, "Allow this request", user="U2")
    await see_private(world, "U2", "Slack")
    assert await forged(poor_bot, world) == []
    assert world.glm.purchases == []


async def test_the_yes_of_an_admin_passes_the_budget_and_no_other_limit(
    world: World, poor_bot: Bot
) -> None:
    asked = await question(world)
    await save(world, poor_bot, budget=Budget(PRICE - 1, "CNY"), daily_images=0)
    await world.slack.press(asked, "Allow this request", user="U2")
    await see_private(world, "U2", "something else stands")
    assert results(world) == []
    await save(world, poor_bot, budget=Budget(PRICE - 1, "CNY"))
    await world.slack.press(asked, "Allow this request", user="U2")
    await see_result(world)


async def test_open_settings_begins_with_the_budget(world: World, poor_bot: Bot) -> None:
    await world.slack.press(await question(world), "Open settings", user="U2")
    form = await see_modal(world, actions.SETTINGS_VIEW, "U2")
    assert form.content["blocks"][0]["block_id"] == "budget_CNY"
    assert form.content["blocks"][0]["element"]["focus_on_load"]
    fields = [block["block_id"] for block in form.content["blocks"]]
    assert len(fields) == len(set(fields))


async def test_an_admin_who_deletes_what_others_made_is_in_the_audit_log(
    world: World, bot: Bot
) -> None:
    for user in ("U1", "U2"):
        await world.slack.command("a fox", user=user, channel="C1")
        shown = await see_result(world)
        await at_rest(world, bot)
        await world.slack.press(shown, "Delete", user="U2")
        await see_private(world, "U2", "deleted for everyone")
        await world.until(lambda: not results(world))
    entries = await bot.services.audit.last(world.slack.workspace.team_id, 9)
    deleted = [(e.user_id, e.details["asker"]) for e in entries if e.act is Act.RESULT_DELETED]
    assert deleted == [("U2", "U1")]
