"""Tokens that expire while Slack, a process or the database is slow, away or says no."""

from __future__ import annotations

import asyncio

import pytest
from clock import FastClock
from sqlalchemy import update
from structlog.testing import capture_logs

from glm_slackbot.app.serve import Bot
from glm_slackbot.domain.errors import SetupError
from glm_slackbot.sandbox.slack_weather import Trouble, html
from glm_slackbot.slack.ask import ask
from glm_slackbot.slack.tokens import Tokens
from glm_slackbot.storage.tables import installations

from .conftest import Town, see_image
from .refreshing import HOUR, installations_away, refreshes, rotation_begun


async def served_within(seconds: float, tokens: Tokens) -> None:
    """Whoever asks has a good token in so many of our seconds; then the exchange ends."""
    async with asyncio.timeout(seconds):
        client = await tokens.client_for("T1", None)
    assert (await ask(client, "auth.test", {}))["ok"]
    await tokens.close()


async def test_while_slack_is_away_the_old_token_goes_on(
    town: Town, processes: list[Tokens], clock: FastClock
) -> None:
    clock.advance(11 * HOUR)
    town.slack.weather.always("oauth.v2.access", html(502))
    client = await processes[0].client_for("T1", None)
    assert (await ask(client, "auth.test", {}))["ok"]
    town.slack.weather.clear()
    await processes[1].client_for("T1", None)
    assert refreshes(town) == [None]


async def test_nobody_waits_for_slack_while_the_old_token_is_good(
    town: Town, processes: list[Tokens], clock: FastClock
) -> None:
    clock.advance(10.2 * HOUR)
    town.slack.weather.next("oauth.v2.access", Trouble(seconds=0.6))
    await served_within(0.5, processes[0])
    assert refreshes(town) == [None]


async def test_near_its_end_a_slow_slack_is_waited_for_a_moment(
    town: Town, processes: list[Tokens], clock: FastClock
) -> None:
    clock.advance(11.5 * HOUR)
    town.slack.weather.next("oauth.v2.access", Trouble(seconds=1.3))
    await served_within(1.25, processes[0])


async def test_a_rotation_that_fails_is_not_tried_at_every_call(
    town: Town, processes: list[Tokens], clock: FastClock
) -> None:
    clock.advance(11.5 * HOUR)
    town.oauth.forget_refresh_tokens()
    for _ in range(3):
        await processes[0].client_for("T1", None)
    assert refreshes(town) == ["invalid_refresh_token"]


async def test_a_refresh_token_that_slack_refuses_is_told_with_the_way_out(
    town: Town, processes: list[Tokens], clock: FastClock
) -> None:
    clock.advance(13 * HOUR)
    town.oauth.forget_refresh_tokens()
    with pytest.raises(SetupError) as told:
        await processes[0].client_for("T1", None)
    assert told.value.text_id == "install.token_ended"
    assert told.value.params["install_url"] == "https://bot.example.com/slack/install"


async def test_installing_again_heals_it(
    town: Town, rotating: Bot, processes: list[Tokens], clock: FastClock
) -> None:
    clock.advance(13 * HOUR)
    town.oauth.forget_refresh_tokens()
    await town.install(rotating, "T1")
    await town.place("T1").command("a fox", user="U1", channel="C1")
    await see_image(town.place("T1"))


async def test_a_person_who_waits_is_told_why(town: Town, rotating: Bot, clock: FastClock) -> None:
    clock.advance(13 * HOUR)
    town.oauth.forget_refresh_tokens()
    place = town.place("T1")
    await place.command("a fox", user="U1", channel="C1")
    await town.world.until(
        lambda: [m for m in place.ephemerals("U1") if "/slack/install" in m.words]
    )
    assert town.world.glm.purchases == []


async def test_who_comes_second_with_a_refresh_token_takes_what_the_first_got(
    town: Town, rotating: Bot, processes: list[Tokens], clock: FastClock
) -> None:
    """A process that hangs for longer than its lease is taken for dead."""
    clock.advance(13 * HOUR)
    town.slack.weather.always("oauth.v2.access", Trouble(seconds=0.4))
    slow = asyncio.create_task(processes[0].client_for("T1", None))
    database = rotating.services.database
    await rotation_begun(database)
    async with database.write() as connection:
        await connection.execute(update(installations).values(rotating_until=None))
    town.slack.weather.clear()
    quick = await processes[1].client_for("T1", None)
    assert (await slow).token == quick.token
    assert refreshes(town).count(None) == 1


async def test_a_database_that_is_away_when_tokens_come_is_waited_for(
    town: Town, rotating: Bot, processes: list[Tokens], clock: FastClock
) -> None:
    clock.advance(13 * HOUR)
    town.slack.weather.next("oauth.v2.access", Trouble(seconds=0.2))
    database = rotating.services.database
    with capture_logs() as logged:
        asking = asyncio.create_task(processes[0].client_for("T1", None))
        await rotation_begun(database)
        async with installations_away(database):
            await town.world.until(
                lambda: [e for e in logged if "could not be saved" in e["event"]]
            )
    assert (await ask(await asking, "auth.test", {}))["ok"]
    assert refreshes(town) == [None]
