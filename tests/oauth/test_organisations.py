"""Installed for a whole organisation: its workspaces share one row of everything."""

from __future__ import annotations

import asyncio

import pytest
from peek import rows as rows_of

from glm_slackbot.app.serve import Bot
from glm_slackbot.domain.workspace import WorkspaceSettings
from glm_slackbot.sandbox.slack_parcel import Parcel, ParcelKind
from glm_slackbot.sandbox.slack_stand_in import SlackStandIn
from glm_slackbot.storage.audit import Act, AuditEntry
from glm_slackbot.storage.tables import images, installations, jobs, people
from glm_slackbot.ui import actions

from ..scenarios.seeing import at_rest
from .conftest import ORGANISATION, Town, see_image


@pytest.fixture
async def org_bot(town: Town, town_bot: Bot) -> Bot:
    """Installed for T3 and T4 at once."""
    page = await town.install(town_bot, "T3", "T4", is_org_wide=True)
    assert page.status == 200
    assert "Sandbox Org can make images now" in page.words
    return town_bot


async def test_one_row_serves_both_workspaces(town: Town, org_bot: Bot) -> None:
    three, four = town.place("T3"), town.place("T4")
    await three.command("a fox", user="U1", channel="C1")
    await four.command("an owl", user="U1", channel="C4")
    await see_image(three)
    await see_image(four, channel="C4")
    database = org_bot.services.database
    (row,) = await rows_of(database, installations)
    assert (row["workspace_id"], row["team_id"]) == (ORGANISATION, None)
    assert {r["workspace_id"] for r in await rows_of(database, jobs)} == {ORGANISATION}
    assert {r["team_id"] for r in await rows_of(database, jobs)} == {"T3", "T4"}
    assert {r["workspace_id"] for r in await rows_of(database, images)} == {ORGANISATION}


async def test_mentions_messages_and_presses_belong_to_it_too(town: Town, org_bot: Bot) -> None:
    place = town.place("T3")
    await place.mention("@bot a fox", user="U1", channel="C1")
    await see_image(place)
    result = next(m for m in place.messages("C1") if m.files)
    await place.press(result, "Again", user="U2")
    await see_image(place, 2)
    message = await place.direct_message("a hare", user="U1")
    await see_image(place, 1, message.channel)
    await place.open_home("U1")
    found = await rows_of(org_bot.services.database, jobs)
    assert {(r["workspace_id"], r["enterprise_id"], r["team_id"]) for r in found} == {
        (ORGANISATION, ORGANISATION, "T3")
    }
    assert {r["origin_kind"] for r in found} == {"mention", "button", "message"}


async def test_a_quota_is_shared(town: Town, org_bot: Bot) -> None:
    services = org_bot.services
    entry = AuditEntry(ORGANISATION, services.clock.now(), "U2", Act.SETTINGS_CHANGED)
    settings = WorkspaceSettings(daily_images=1)
    await services.workspaces.save_settings(ORGANISATION, settings, entry)
    await town.place("T3").command("a fox", user="U1", channel="C1")
    answer = await town.place("T4").command("an owl", user="U1", channel="C4")
    assert "24 hours" in answer.body
    assert len(await rows_of(services.database, jobs)) == 1


async def test_a_workspace_of_an_organisation_may_install_by_itself(
    town: Town, town_bot: Bot
) -> None:
    await town.install(town_bot, "T3")
    await town.place("T3").command("a fox", user="U1", channel="C1")
    await see_image(town.place("T3"))
    (job,) = await rows_of(town_bot.services.database, jobs)
    assert job["workspace_id"] == "T3"
    answer = await town.place("T4").command("an owl", user="U1", channel="C4")
    assert "not installed" in answer.body


async def test_the_organisation_beats_an_older_installation_of_its_workspace(
    town: Town, town_bot: Bot
) -> None:
    await town.install(town_bot, "T3")
    await town.install(town_bot, "T3", "T4", is_org_wide=True)
    await town.place("T3").command("a fox", user="U1", channel="C1")
    await see_image(town.place("T3"))
    (job,) = await rows_of(town_bot.services.database, jobs)
    assert job["workspace_id"] == ORGANISATION


async def test_home_shows_the_organisations_month_to_its_admins_and_again_works_anywhere_in_it(
    town: Town, org_bot: Bot
) -> None:
    three, four = town.place("T3"), town.place("T4")
    three.workspace.users["U2"].is_org_admin = True
    await three.command("a fox", user="U2", channel="C1")
    await see_image(three)
    await at_rest(town.world, org_bot)
    await four.open_home("U2")
    home = await town.world.until(lambda: three.home_of("U2"))  # where it answers to the token
    assert "This month in this workspace" in str(home.content)
    assert "<@U2>: 1 (0.10 CNY)" in str(home.content)
    await four.press(home, "Again", user="U2")
    await see_image(three, 2)
    (admin,) = await org_bot.services.people.admins_of(ORGANISATION)
    assert admin[1] == "U2"


async def test_when_it_leaves_its_people_are_forgotten(town: Town, org_bot: Bot) -> None:
    await town.place("T4").open_home("U3")
    await town.world.until(lambda: town.place("T3").home_of("U3"))  # where it answers to the token
    assert await rows_of(org_bot.services.database, people)
    await town.place("T3").uninstall()
    assert await rows_of(org_bot.services.database, people) == []
    assert await rows_of(org_bot.services.database, installations) == []


async def test_who_was_admin_of_a_workspace_before_is_told_of_the_organisations_budget(
    town: Town, town_bot: Bot
) -> None:
    services, place = town_bot.services, town.place("T3")
    place.workspace.users["U2"].is_org_admin = True
    for workspace_id, teams in (("T3", ["T3"]), (ORGANISATION, ["T3", "T4"])):
        await town.install(town_bot, *teams, is_org_wide=len(teams) > 1)
        await place.open_home("U2")
        async with asyncio.timeout(5):
            while not await services.people.admins_of(workspace_id):  # noqa: ASYNC110
                await asyncio.sleep(0.01)


@pytest.mark.parametrize("said", ["false", None])
async def test_the_installation_says_whose_a_command_is_whatever_the_payload_says(
    town: Town, org_bot: Bot, said: str | None
) -> None:
    place = town.place("T3")
    await place.command("help", user="U1", channel="C1")
    payload = {**place.sent[-1].parcel.payload, "text": "a fox", "trigger_id": "1.2"}
    payload["is_enterprise_install"] = said
    wanted = {name: value for name, value in payload.items() if value is not None}
    assert (await place.deliver(Parcel(ParcelKind.COMMAND, wanted))).ok
    (job,) = await rows_of(org_bot.services.database, jobs)
    assert (job["workspace_id"], job["team_id"]) == (ORGANISATION, "T3")


async def test_an_admin_of_one_workspace_may_nothing_though_the_payload_leaves_the_organisation_out(
    town: Town, org_bot: Bot
) -> None:
    place = town.place("T3")
    await place.open_home("U2")
    home = await town.world.until(lambda: place.home_of("U2"))
    await place.press(home, actions.SHOW_HELP, user="U2")
    pressed = dict(place.sent[-1].parcel.payload)
    del pressed["is_enterprise_install"]
    forged = {"actions": [{**pressed["actions"][0], "action_id": actions.SETTINGS}]}
    assert (await place.deliver(Parcel(ParcelKind.INTERACTION, pressed | forged))).ok
    async with asyncio.timeout(5):
        while len(found := await org_bot.services.audit.last(ORGANISATION, 5)) < 2:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    assert found[0].act is Act.FORGED


async def press_again(place: SlackStandIn, job_id: str) -> None:
    """Press Again under an image of this workspace, with the id of another request."""
    message = next(m for m in place.messages("C1") if m.files)
    await place.press(message, "Again", user="U2")
    press = place.sent[-1].parcel
    press.payload["actions"][0]["value"] = job_id
    press.payload["trigger_id"] = "another"
    await place.deliver(Parcel(press.kind, press.payload))


async def test_a_press_with_another_workspaces_request_makes_nothing_and_is_written_down(
    town: Town, town_bot: Bot
) -> None:
    for team in ("T1", "T2"):
        await town.install(town_bot, team)
        await town.place(team).command(f"a fox of {team}", user="U1", channel="C1")
        await see_image(town.place(team))
    database = town_bot.services.database
    (job,) = await rows_of(database, jobs, team_id="T2")
    await press_again(town.place("T1"), job["id"])
    await see_image(town.place("T1"), 2)
    assert {r["prompt"] for r in await rows_of(database, jobs, team_id="T1")} == {"a fox of T1"}
    (entry,) = await town_bot.services.audit.last("T1", 1)
    assert entry.act is Act.FORGED
    assert entry.details == {"wanted": "glm_slackbot.again", "id": job["id"]}


async def test_again_works_for_a_sister_workspace_of_an_organisation(
    town: Town, org_bot: Bot
) -> None:
    for team, channel in (("T3", "C1"), ("T4", "C4")):
        await town.place(team).command(f"a fox of {team}", user="U1", channel=channel)
        await see_image(town.place(team), channel=channel)
    (job,) = await rows_of(org_bot.services.database, jobs, team_id="T4")
    await press_again(town.place("T3"), job["id"])
    await see_image(town.place("T3"), 3)
    drawn = [r["prompt"] for r in await rows_of(org_bot.services.database, jobs, team_id="T3")]
    assert sorted(drawn) == ["a fox of T3", "a fox of T3", "a fox of T4"]
