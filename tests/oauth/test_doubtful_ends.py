"""Ends of installations that are not plain: by another clock, without a key, half recorded."""

from __future__ import annotations

import asyncio

import pytest
from clock import FastClock
from peek import rows as rows_of

from glm_slackbot.app.serve import Bot
from glm_slackbot.sandbox.glm_weather import error as glm_error
from glm_slackbot.sandbox.slack_http import HTTPDelivery
from glm_slackbot.sandbox.slack_parcel import Parcel, ParcelKind
from glm_slackbot.sandbox.slack_stand_in import SlackStandIn
from glm_slackbot.sandbox.slack_weather import error as slack_error
from glm_slackbot.sandbox.world import SIGNING_SECRET
from glm_slackbot.storage.secret_box import new_encryption_key
from glm_slackbot.storage.tables import images, jobs, people, workspaces

from ..conftest import BotStarter
from .conftest import ORGANISATION, Town
from .ends import installed, save_something, send_again


@pytest.fixture
async def place(town: Town, town_bot: Bot, clock: FastClock) -> SlackStandIn:
    """T1, where the bot has been for ten seconds: an end that comes now is newer than that."""
    await town.install(town_bot, "T1")
    clock.advance(10)
    return town.place("T1")


async def test_a_token_that_expired_in_a_quiet_week_is_no_sign_of_an_end(
    town: Town, town_bot: Bot, clock: FastClock
) -> None:
    """Whether the bot is still there, only a token that was exchanged can tell."""
    town.oauth.rotates = True
    place = town.place("T1")
    await town.install(town_bot, "T1")
    clock.advance(300)
    await place.uninstall()
    await town.install(town_bot, "T1")
    clock.advance(7 * 24 * 3600)
    await send_again(place, "tokens_revoked")
    assert await installed(town_bot) == ["T1"]


async def test_without_the_encryption_key_a_doubtful_end_deletes_nothing(
    town: Town, start_town_bot: BotStarter
) -> None:
    place = town.place("T1")
    async with start_town_bot(encryption_key=new_encryption_key()) as bot:
        await town.install(bot, "T1")
        await place.uninstall()
        await town.install(bot, "T1")
        await save_something(bot, "T1")
    async with start_town_bot(encryption_key=new_encryption_key()) as bot:
        await send_again(place, "tokens_revoked")
        await send_again(place, "app_uninstalled")
        assert await installed(bot) == ["T1"]
        assert await rows_of(bot.services.database, workspaces)


async def test_a_slack_that_refuses_for_another_reason_has_not_said_it_is_over(
    town: Town, town_bot: Bot, clock: FastClock
) -> None:
    place = town.place("T1")
    place.event_pauses = ()
    await town.install(town_bot, "T1")
    clock.advance(-30)  # so that the event is no plain end
    place.weather.always("auth.test", slack_error("org_login_required"))
    await place.send_event({"type": "app_uninstalled"})
    assert place.sent[-1].answer.status == 500
    assert await installed(town_bot) == ["T1"]


async def test_a_plain_end_needs_no_call_to_slack(town_bot: Bot, place: SlackStandIn) -> None:
    await place.send_event({"type": "app_uninstalled"})
    assert await installed(town_bot) == []
    assert len(place.calls("auth.test")) == 1


async def test_where_clocks_differ_by_minutes_slack_is_asked(
    town_bot: Bot, place: SlackStandIn, clock: FastClock
) -> None:
    url, place.workspace.clock = place.request_url, lambda: clock.now() - 240
    place.http = HTTPDelivery(SIGNING_SECRET, place.workspace.clock)
    place.request_url = url
    await place.send_event({"type": "app_uninstalled"})
    assert await installed(town_bot) == ["T1"]
    place.workspace.end_tokens("account_inactive")
    await place.send_event({"type": "app_uninstalled"})
    assert await installed(town_bot) == []


async def test_a_replay_to_the_byte_does_not_remove_what_was_installed_again(
    town: Town, town_bot: Bot, clock: FastClock
) -> None:
    place = town.place("T1")
    await town.install(town_bot, "T1")
    clock.advance(60)
    await place.uninstall()
    clock.advance(60)
    await town.install(town_bot, "T1")
    clock.advance(120)
    assert (await place.http.replay()).ok
    assert await installed(town_bot) == ["T1"]


async def test_tokens_that_were_never_exchanged_are_surely_the_ones_that_ended(
    town_bot: Bot, place: SlackStandIn
) -> None:
    await place.send_event({"type": "tokens_revoked", "tokens": {"oauth": [], "bot": ["UBOT"]}})
    assert await installed(town_bot) == []
    assert len(place.calls("auth.test")) == 1


@pytest.mark.parametrize("team_id", [None, "", ORGANISATION])
async def test_an_organisation_may_leave_in_few_words(
    town: Town, town_bot: Bot, clock: FastClock, team_id: str | None
) -> None:
    await town.install(town_bot, "T3", "T4", is_org_wide=True)
    clock.advance(10)
    payload = {
        "type": "event_callback",
        "team_id": team_id,
        "enterprise_id": ORGANISATION,
        "event": {"type": "app_uninstalled"},
    }
    assert (await town.place("T3").deliver(Parcel(ParcelKind.EVENT, payload))).ok
    assert await installed(town_bot) == []


async def test_what_an_error_quotes_goes_too(town: Town, town_bot: Bot, clock: FastClock) -> None:
    await town.install(town_bot, "T1")
    town.world.glm.weather.next(glm_error("1214", message="size of a vermilion fox"))
    await town.place("T1").command("a vermilion fox", user="U1", channel="C1")
    database = town_bot.services.database
    async with asyncio.timeout(5):
        while [j["status"] for j in await rows_of(database, jobs)] != ["failed"]:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    clock.advance(10)
    await town.place("T1").uninstall()
    (job,) = await rows_of(database, jobs)
    assert "vermilion" not in repr([dict(job), *map(dict, await rows_of(database, images))])
    assert job["erased_at"] is not None


async def test_what_was_written_while_it_left_goes_with_the_second_event(
    town_bot: Bot, place: SlackStandIn
) -> None:
    await place.revoke_tokens()
    await save_something(town_bot, "T1")
    await place.send_event({"type": "app_uninstalled"})
    assert await rows_of(town_bot.services.database, workspaces) == []


async def test_an_admin_who_opens_home_after_a_return_is_known_again(
    town: Town, town_bot: Bot, clock: FastClock
) -> None:
    place, database = town.place("T1"), town_bot.services.database
    for _ in range(2):
        await town.install(town_bot, "T1")
        await place.open_home("U2")
        async with asyncio.timeout(5):
            while not await town_bot.services.people.admins_of("T1"):  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        clock.advance(10)
        await place.uninstall()
        assert await rows_of(database, people) == []
