"""What Slack tells about people and threads."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from glm_slackbot.sandbox import slack_weather as weather
from glm_slackbot.slack.people import _is_stranger
from glm_slackbot.workflow.ports import Person


@pytest.fixture
def person_called(floor):
    async def look(user_id: str) -> Person:
        return await floor.directory.person(replace(floor.command(), user_id=user_id))

    return look


async def test_the_locale_is_ours(person_called):
    assert (await person_called("U1")).locale == "en"
    assert (await person_called("U3")).locale == "zh"


@pytest.mark.parametrize("role", ["is_admin", "is_owner", "is_primary_owner"])
async def test_admins_and_owners_are_admins(floor, person_called, role):
    floor.slack.add_user("U9", "eve", **{role: True})
    assert (await person_called("U9")).is_admin


@pytest.mark.parametrize(
    "mark", ["is_restricted", "is_ultra_restricted", "is_bot", "is_stranger", "deleted"]
)
async def test_guests_bots_and_strangers_never_are(floor, person_called, mark):
    floor.slack.add_user("U9", "eve", is_admin=True, **{mark: True})
    assert not (await person_called("U9")).is_admin


async def test_admins_of_the_organisation_are_told_apart(floor, person_called):
    floor.slack.workspace.enterprise_id = "E1"
    floor.slack.add_user("U8", "eve", is_admin=True)
    floor.slack.add_user("U9", "org", is_org_admin=True)
    floor.slack.add_user("U10", "guest", is_org_admin=True, is_restricted=True)
    assert not (await person_called("U8")).is_org_admin
    assert (await person_called("U9")).is_org_admin
    assert not (await person_called("U9")).is_admin
    assert not (await person_called("U10")).is_org_admin


async def test_a_person_is_looked_up_once_a_minute_however_many_ask(floor, person_called):
    await asyncio.gather(*(person_called("U2") for _ in range(20)))
    await person_called("U2")
    assert len(floor.slack.calls("users.info")) == 1
    floor.clock.seconds += 61
    await person_called("U2")
    assert len(floor.slack.calls("users.info")) == 2


async def test_somebody_slack_hides_is_a_stranger_of_no_language_and_no_admin(person_called):
    assert await person_called("UNOBODY") == Person(locale=None, is_stranger=True)


@pytest.mark.parametrize("mark", ["is_restricted", "is_ultra_restricted"])
async def test_guests_are_told_apart(floor, person_called, mark):
    floor.slack.add_user("U9", "eve", **{mark: True})
    assert (await person_called("U9")).is_guest
    assert not (await person_called("U1")).is_guest


@pytest.mark.parametrize(
    ("user", "is_stranger"),
    [
        ({"is_stranger": True, "team_id": "T1"}, True),
        ({"team_id": "T1"}, False),
        ({"team_id": "E1"}, False),
        ({"team_id": "T2"}, True),
        ({"team_id": "T2", "enterprise_user": {"enterprise_id": "E1"}}, False),
        ({"team_id": "T2", "enterprise_user": {"enterprise_id": "E2"}}, True),
        ({}, False),
    ],
)
def test_people_of_other_organisations_are_strangers(user, is_stranger):
    assert _is_stranger(user, "T1", "E1") is is_stranger


async def test_slack_being_away_stops_nobody(floor, person_called):
    floor.slack.weather.always("users.info", weather.status(500))
    assert await person_called("U2") == Person(locale=None, is_told=False)


async def test_a_threads_first_message_is_read_where_the_scope_is_given(floor):
    floor.slack.workspace.scopes |= {"channels:history"}
    first = floor.slack.say("@bot a <b> hill & @ada", user="U2", channel="C1")
    floor.slack.say("later", user="U2", channel="C1", thread_ts=first.ts)
    origin = floor.origin("mention", "C1", thread_ts=first.ts)
    assert await floor.directory.thread_first_message(origin) == "a <b> hill &"


async def test_without_the_scope_there_is_none(floor):
    assert await floor.directory.thread_first_message(floor.mention(in_thread=True)) is None


async def test_outside_a_thread_slack_is_not_asked(floor):
    assert await floor.directory.thread_first_message(floor.mention()) is None
    assert floor.slack.workspace.api_calls == []


async def test_a_first_message_without_words_is_none(floor):
    floor.slack.workspace.scopes |= {"channels:history"}
    first = floor.slack.say("@bot", user="U2", channel="C1")
    origin = floor.origin("mention", "C1", thread_ts=first.ts)
    assert await floor.directory.thread_first_message(origin) is None
