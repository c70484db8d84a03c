"""Workspaces that are not served: not among the allowed, not any more, or not installed."""

from __future__ import annotations

from holding import images_held_up
from peek import rows as rows_of

from glm_slackbot.app.serve import Bot
from glm_slackbot.sandbox.slack_weather import error as slack_error
from glm_slackbot.storage.tables import installations

from ..conftest import BotStarter
from .conftest import Town
from .refreshing import installations_away


async def test_a_stranger_is_turned_away_and_nothing_is_saved(
    town: Town, start_town_bot: BotStarter
) -> None:
    async with start_town_bot(allowed_workspaces="T1, T9") as bot:
        assert (await town.install(bot, "T1")).status == 200
        page = await town.install(bot, "T2")
        await town.place("T2").settle()
        kept = await rows_of(bot.services.database, installations)
    assert page.status == 400
    assert "Team T2 (T2) is not among them" in page.words
    assert [row["workspace_id"] for row in kept] == ["T1"]
    assert town.place("T2").workspace.token_fault(town.place("T2").workspace.bot_token)


async def test_a_stranger_whose_token_cannot_be_revoked_is_turned_away_as_well(
    town: Town, start_town_bot: BotStarter
) -> None:
    town.place("T2").weather.always("auth.revoke", slack_error("internal_error"))
    async with start_town_bot(allowed_workspaces="T1") as bot:
        page = await town.install(bot, "T2")
        assert await rows_of(bot.services.database, installations) == []
    assert "is not among them" in page.words


async def test_a_workspace_that_is_allowed_no_more_is_served_no_more(
    town: Town, start_town_bot: BotStarter
) -> None:
    async with start_town_bot() as bot:
        await town.install(bot, "T1")
    async with start_town_bot(allowed_workspaces="T2"):
        answer = await town.place("T1").command("a fox", user="U1", channel="C1")
    assert "https://bot.example.com/slack/install" in answer.body
    assert town.world.glm.purchases == []


async def test_what_it_had_asked_for_before_is_not_bought_and_it_is_told(
    town: Town, start_town_bot: BotStarter
) -> None:
    place = town.place("T1")
    async with start_town_bot(max_concurrency=1) as bot:
        await town.install(bot, "T1")
        with images_held_up(town.world.glm):
            for prompt in ("a fox", "an owl"):
                await place.command(prompt, user="U1", channel="C1")
            await town.world.until(lambda: town.world.glm.purchases)
    async with start_town_bot(allowed_workspaces="T2"):
        await town.world.until(
            lambda: [m for m in place.ephemerals("U1") if "among those" in m.words]
        )
    assert len(town.world.glm.purchases) == 1


async def test_a_command_from_where_it_is_not_installed_is_answered(
    town: Town, town_bot: Bot
) -> None:
    answer = await town.place("T1").command("a fox", user="U1", channel="C1")
    assert answer.ok
    assert "not installed" in answer.body
    assert town.world.glm.purchases == []


async def test_a_database_that_is_away_makes_nobody_a_stranger(town: Town, town_bot: Bot) -> None:
    await town.install(town_bot, "T1")
    async with installations_away(town_bot.services.database):
        answer = await town.place("T1").command("a fox", user="U1", channel="C1")
        assert "accepted" in answer.body  # written down; the worker looks its token up by and by
