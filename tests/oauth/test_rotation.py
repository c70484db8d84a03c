"""Tokens that expire: each refresh token is spent once, whoever asks."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from clock import FastClock
from holding import images_held_up

from glm_slackbot.app.serve import Bot
from glm_slackbot.sandbox.slack_weather import Trouble
from glm_slackbot.slack.ask import ask
from glm_slackbot.slack.tokens import Tokens
from glm_slackbot.storage.database import Database
from glm_slackbot.storage.installations import InstallationStore

from .conftest import Town, see_image
from .refreshing import HOUR, refreshes


@pytest.fixture
async def other_store(rotating: Bot) -> AsyncIterator[InstallationStore]:
    """Installations, as another process saves them."""
    services = rotating.services
    database = Database(services.database.address)
    yield InstallationStore(database, services.api_keys.secret_box, services.clock.now)
    await database.close()


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
