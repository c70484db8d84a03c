"""Tokens that expire: each refresh token is spent once, whoever asks."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from clock import FastClock
from holding import images_held_up
from peek import rows as rows_of
from sqlalchemy import text, update
from structlog.testing import capture_logs

from glm_slackbot.app.clients import tokens_of
from glm_slackbot.app.serve import Bot
from glm_slackbot.domain.errors import SetupError
from glm_slackbot.sandbox.slack_weather import Trouble, html
from glm_slackbot.slack.ask import ask
from glm_slackbot.slack.session import open_slack_session
from glm_slackbot.slack.tokens import Tokens
from glm_slackbot.storage.database import Database
from glm_slackbot.storage.installations import InstallationStore
from glm_slackbot.storage.tables import installations

from .conftest import Town, oauth_settings, see_image

HOUR = 3600.0


@pytest.fixture
async def rotating(town: Town, town_bot: Bot) -> Bot:
    """The bot, installed in T1 with a token for twelve hours."""
    town.oauth.rotates = True
    await town.install(town_bot, "T1")
    town.slack.access_calls.clear()
    return town_bot


@pytest.fixture
async def other_store(rotating: Bot) -> AsyncIterator[InstallationStore]:
    """Installations, as another process saves them."""
    services = rotating.services
    database = Database(services.database.address)
    yield InstallationStore(database, services.api_keys.secret_box, services.clock.now)
    await database.close()


@pytest.fixture
async def processes(town: Town, rotating: Bot) -> AsyncIterator[list[Tokens]]:
    """Two processes' ways to tokens over one database."""
    services = rotating.services
    settings = oauth_settings("sqlite:///not-opened.db")
    async with open_slack_session(town.world.network.slack_connector()) as session:  # type: ignore[misc]
        databases = [Database(services.database.address) for _ in range(2)]
        box = services.api_keys.secret_box
        stores = [InstallationStore(d, box, services.clock.now) for d in databases]
        made = [
            tokens_of(settings, store, database, session, services.clock)
            for store, database in zip(stores, databases, strict=True)
        ]
        yield [tokens for tokens in made if tokens is not None]
        for database in databases:
            await database.close()


def refreshes(town: Town) -> list[str | None]:
    """What Slack answered to refresh tokens: None is well."""
    return [c.error for c in town.slack.access_calls if c.args.get("grant_type")]


async def test_a_token_that_lives_long_is_let_be(town: Town, rotating: Bot) -> None:
    await town.place("T1").command("a fox", user="U1", channel="C1")
    await see_image(town.place("T1"))
    assert refreshes(town) == []


async def test_a_token_near_its_end_is_rotated_and_images_go_on(
    town: Town, rotating: Bot, clock: FastClock
) -> None:
    place = town.place("T1")
    old = place.workspace.bot_token
    for count in (1, 2, 3):
        clock.advance(11 * HOUR)
        await place.command(f"fox {count}", user="U1", channel="C1")
        await see_image(place, count)
        await town.world.until(lambda: len(refreshes(town)) == count)  # noqa: B023
    assert refreshes(town) == [None, None, None]
    assert place.workspace.bot_token != old
    assert not [c for c in place.workspace.api_calls if c.error == "token_expired"]


async def test_a_token_long_dead_is_rotated_as_well(
    town: Town, rotating: Bot, clock: FastClock
) -> None:
    clock.advance(30 * 24 * HOUR)
    await town.place("T1").command("a fox", user="U1", channel="C1")
    await see_image(town.place("T1"))
    assert refreshes(town) == [None]


@pytest.mark.parametrize("hours", [11, 13])
async def test_many_requests_at_once_in_two_processes_spend_one_refresh_token(
    town: Town, processes: list[Tokens], clock: FastClock, hours: float
) -> None:
    clock.advance(hours * HOUR)
    town.slack.weather.next("oauth.v2.access", Trouble(seconds=0.3))
    clients = await asyncio.gather(
        *(tokens.client_for("T1", None) for tokens in processes for _ in range(10))
    )
    assert refreshes(town) == [None]
    for client in clients:
        assert (await ask(client, "auth.test", {}))["ok"]


async def test_whoever_gives_up_waiting_loses_no_token(
    town: Town, processes: list[Tokens], clock: FastClock
) -> None:
    clock.advance(13 * HOUR)
    town.slack.weather.next("oauth.v2.access", Trouble(seconds=0.3))
    impatient = asyncio.create_task(processes[0].client_for("T1", None))
    await asyncio.sleep(0.1)
    impatient.cancel()
    await processes[0].close()
    await processes[1].client_for("T1", None)
    assert refreshes(town) == [None]


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


async def test_nobody_waits_for_slack_while_the_old_token_is_good(
    town: Town, processes: list[Tokens], clock: FastClock
) -> None:
    clock.advance(10.2 * HOUR)
    town.slack.weather.next("oauth.v2.access", Trouble(seconds=0.6))
    async with asyncio.timeout(0.5):
        client = await processes[0].client_for("T1", None)
    assert (await ask(client, "auth.test", {}))["ok"]
    await processes[0].close()
    assert refreshes(town) == [None]


async def test_near_its_end_a_slow_slack_is_waited_for_a_moment(
    town: Town, processes: list[Tokens], clock: FastClock
) -> None:
    clock.advance(11.5 * HOUR)
    town.slack.weather.next("oauth.v2.access", Trouble(seconds=1.3))
    async with asyncio.timeout(1.25):
        client = await processes[0].client_for("T1", None)
    assert (await ask(client, "auth.test", {}))["ok"]
    await processes[0].close()


async def test_a_rotation_that_fails_is_not_tried_at_every_call(
    town: Town, processes: list[Tokens], clock: FastClock
) -> None:
    clock.advance(11.5 * HOUR)
    town.oauth.forget_refresh_tokens()
    for _ in range(3):
        await processes[0].client_for("T1", None)
    assert refreshes(town) == ["invalid_refresh_token"]


async def test_who_comes_second_with_a_refresh_token_takes_what_the_first_got(
    town: Town, rotating: Bot, processes: list[Tokens], clock: FastClock
) -> None:
    """A process that hangs for longer than its lease is taken for dead."""
    clock.advance(13 * HOUR)
    town.slack.weather.always("oauth.v2.access", Trouble(seconds=0.4))
    slow = asyncio.create_task(processes[0].client_for("T1", None))
    database = rotating.services.database
    while not (await rows_of(database, installations))[0]["rotating_until"]:  # noqa: ASYNC110
        await asyncio.sleep(0.01)
    async with database.write() as connection:
        await connection.execute(update(installations).values(rotating_until=None))
    town.slack.weather.clear()
    quick = await processes[1].client_for("T1", None)
    assert (await slow).token == quick.token
    assert refreshes(town).count(None) == 1


async def test_tokens_of_a_short_life_are_not_exchanged_at_every_call(
    town: Town, town_bot: Bot
) -> None:
    town.oauth.rotates, town.oauth.token_seconds = True, 3600
    place = town.place("T1")
    await town.install(town_bot, "T1")
    await place.open_home("U1")
    await town.world.until(lambda: place.home_of("U1"))
    assert refreshes(town) == []


async def test_a_job_delivers_with_the_token_of_then(
    town: Town, rotating: Bot, other_store: InstallationStore
) -> None:
    """Installed again, by way of another process, while the image is made."""
    place = town.place("T1")
    with images_held_up(town.world.glm):
        await place.command("a fox", user="U1", channel="C1")
        await town.world.until(lambda: town.world.glm.purchases)
        again = await other_store.async_find_installation(enterprise_id=None, team_id="T1")
        assert again is not None
        place.workspace.end_tokens("token_revoked")
        again.bot_token = place.workspace.bot_token = "xoxb-again"
        await other_store.async_save(again)
    await see_image(place)


async def test_a_database_that_is_away_when_tokens_come_is_waited_for(
    town: Town, rotating: Bot, processes: list[Tokens], clock: FastClock
) -> None:
    clock.advance(13 * HOUR)
    town.slack.weather.next("oauth.v2.access", Trouble(seconds=0.2))
    database = rotating.services.database
    with capture_logs() as logged:
        asking = asyncio.create_task(processes[0].client_for("T1", None))
        while not (await rows_of(database, installations))[0]["rotating_until"]:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        async with database.write() as connection:
            await connection.execute(text("ALTER TABLE installations RENAME TO hidden"))
        await town.world.until(lambda: [e for e in logged if "could not be saved" in e["event"]])
        async with database.write() as connection:
            await connection.execute(text("ALTER TABLE hidden RENAME TO installations"))
    assert (await ask(await asking, "auth.test", {}))["ok"]
    assert refreshes(town) == [None]
