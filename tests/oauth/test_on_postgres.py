"""Many workspaces on PostgreSQL, served by two processes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator

import pytest
from clock import FastClock
from databases import PostgresServer, postgres_running, url_of
from peek import rows as rows_of

from glm_slackbot.app.serve import Bot
from glm_slackbot.domain.image_models import Provider
from glm_slackbot.domain.job import Origin, OriginKind
from glm_slackbot.sandbox.slack_weather import Trouble
from glm_slackbot.storage.secret_box import new_encryption_key
from glm_slackbot.storage.tables import installations, jobs, metadata

from .conftest import Browser, Town, oauth_settings, save_api_key, see_image

HOME = Origin(OriginKind.MESSAGE, team_id="T1", user_id="U1", channel_id="", dedupe_key="")


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    with postgres_running() as running:
        yield running


@pytest.fixture
async def bots(town: Town, server: PostgresServer) -> AsyncIterator[tuple[Bot, Bot]]:
    """Two, on one database; Slack's road leads to the second."""
    address = await server.migrated()
    settings = oauth_settings(url_of(address), encryption_key=new_encryption_key())
    async with town.world.bot_running(settings) as one, town.world.bot_running(settings) as two:
        yield one, two
    await server.wipe(address)


async def test_an_installation_begun_at_one_process_ends_at_the_other(
    town: Town, bots: tuple[Bot, Bot]
) -> None:
    one, two = bots
    browser = Browser(one)
    back = town.oauth.approve(await browser.begin(), [town.place("T1")], "U2")
    browser.bot = two
    assert (await browser.get(back)).status == 200
    assert (await browser.get(back)).status == 400
    await town.place("T1").command("a fox", user="U1", channel="C1")
    await see_image(town.place("T1"))


async def test_two_processes_spend_one_refresh_token(
    town: Town, bots: tuple[Bot, Bot], clock: FastClock
) -> None:
    town.oauth.rotates = True
    place = town.place("T1")
    await town.install(bots[0], "T1")
    town.slack.access_calls.clear()
    clock.advance(13 * 3600)
    town.slack.weather.next("oauth.v2.access", Trouble(seconds=0.2))
    await asyncio.gather(
        *(place.command(f"a fox {n}", user=f"U{1 + n % 3}", channel="C1") for n in range(6)),
        *(bot.services.delivery.publish_home(HOME, {"type": "home", "blocks": []}) for bot in bots),
    )
    await see_image(place, 6)
    assert [call.error for call in town.slack.access_calls] == [None]


async def test_who_leaves_by_one_process_is_gone_for_the_other(
    town: Town, bots: tuple[Bot, Bot], clock: FastClock
) -> None:
    one, two = bots
    for team in ("T1", "T2"):
        await town.install(two, team)
        await save_api_key(two, team, Provider.ZAI)
        await town.place(team).command("a vermilion fox", user="U1", channel="C1")
        await see_image(town.place(team))
    other_road = f"http://127.0.0.1:{one.port}/slack/events"
    town.slack.request_url, road = other_road, town.slack.request_url
    await town.place("T1").command("help", user="U1", channel="C1")  # it knows T1
    town.slack.request_url = road
    clock.advance(60)
    await town.place("T1").uninstall()
    database = one.services.database
    for table in metadata.sorted_tables:
        found = await rows_of(database, table)
        belongs = [r for r in found if "T1" in (r.get("workspace_id"), r.get("team_id"))]
        assert bool(belongs) is (table.name in {"jobs", "images", "audit"}), table.name
    assert [j["prompt"] for j in await rows_of(database, jobs, workspace_id="T1")] == [""]
    assert [r["workspace_id"] for r in await rows_of(database, installations)] == ["T2"]
    town.slack.request_url = other_road
    answer = await town.place("T1").command("a fox", user="U1", channel="C1")
    assert "not installed" in answer.body
