"""Workspaces that remove the bot, and the copies and latecomers of what Slack says of it."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from clock import FastClock
from holding import images_held_up
from peek import rows as rows_of
from sqlalchemy import update

from glm_slackbot.app.serve import Bot
from glm_slackbot.sandbox.slack_weather import error as slack_error
from glm_slackbot.storage.audit import Act
from glm_slackbot.storage.tables import (
    drafts,
    images,
    installations,
    jobs,
    metadata,
    notices,
    people,
    workspaces,
)

from ..conftest import BotStarter
from .conftest import Town, see_image
from .ends import acts, installed, save_something, send_again


async def test_it_leaves_nothing_but_audit_and_job_rows(
    town: Town, town_bot: Bot, clock: FastClock, rows: Path
) -> None:
    database = town_bot.services.database
    for team in ("T1", "T2"):
        await town.install(town_bot, team)
        await town.place(team).command("a vermilion fox", user="U1", channel="C1")
        await see_image(town.place(team))
        await town.place(team).mention("@bot how are you?", user="U3", channel="C1")
        await town.place(team).open_home("U1")
        await save_something(town_bot, team)
    clock.advance(300)
    await town.place("T1").uninstall()

    for table in metadata.sorted_tables:
        found = await rows_of(database, table)
        belongs = [r for r in found if "T1" in (r.get("workspace_id"), r.get("team_id"))]
        assert bool(belongs) is (table.name in {"jobs", "images", "audit"}), table.name
    (job,) = await rows_of(database, jobs, workspace_id="T1")
    assert (job["status"], job["prompt"], job["response_url"]) == ("delivered", "", None)
    (image,) = await rows_of(database, images, workspace_id="T1")
    assert image["image_url"] is None
    assert image["cost_micros"] > 0
    assert (await acts(town_bot, "T1"))[-1] is Act.UNINSTALLED
    for table in (drafts, people, workspaces, installations):
        assert await rows_of(database, table), table.name  # T2 keeps all of its own
    assert await rows_of(database, notices) == []
    assert [j["prompt"] for j in await rows_of(database, jobs, workspace_id="T2")] == [
        "a vermilion fox"
    ]


async def test_no_byte_of_the_files_tells_what_was_asked_for(
    town: Town, town_bot: Bot, rows: Path
) -> None:
    await town.install(town_bot, "T1")
    await town.place("T1").command("a vermilion fox", user="U1", channel="C1")
    await see_image(town.place("T1"))
    error = {"class": "UserError", "text_id": "x.y", "params": {"words": "a vermilion", "n": 1}}
    async with town_bot.services.database.write() as connection:
        await connection.execute(update(jobs).values(error=error))
        await connection.execute(update(images).values(error=error))
    files = [rows, rows.with_name(f"{rows.name}-wal")]
    assert b"vermilion" in b"".join(file.read_bytes() for file in files)
    await town.place("T1").uninstall()
    assert b"vermilion" not in b"".join(file.read_bytes() for file in files)
    (job,) = await rows_of(town_bot.services.database, jobs)
    assert job["error"] == {**error, "params": {"n": 1}}
    assert job["erased_at"] is not None


async def test_what_waits_and_what_runs_is_cancelled(
    town: Town, start_town_bot: BotStarter
) -> None:
    async with start_town_bot(max_concurrency=1) as bot:
        place = town.place("T1")
        await town.install(bot, "T1")
        with images_held_up(town.world.glm):
            for prompt in ("one", "two"):
                await place.command(prompt, user="U1", channel="C1")
            await town.world.until(lambda: town.world.glm.purchases)
            await place.uninstall()
        await bot.services.clock.sleep(30)
        found = await rows_of(bot.services.database, jobs)
        assert [job["status"] for job in found] == ["cancelled", "cancelled"]
        assert [job["prompt"] for job in found] == ["", ""]
        bought = {
            i["outcome"]: i["cost_micros"] > 0 for i in await rows_of(bot.services.database, images)
        }
    assert bought == {"cancelled_late": True, "cancelled": False}
    assert len(town.world.glm.purchases) == 1
    assert not [m for m in place.messages("C1") if m.files]


async def test_after_it_a_command_is_a_strangers(
    town: Town, town_bot: Bot, clock: FastClock
) -> None:
    await town.install(town_bot, "T1")
    clock.advance(300)
    await town.place("T1").uninstall()
    answer = await town.place("T1").command("a fox", user="U1", channel="C1")
    assert "not installed" in answer.body


@pytest.mark.parametrize("kind", ["app_uninstalled", "tokens_revoked"])
async def test_a_late_copy_does_not_remove_what_was_installed_again(
    town: Town, town_bot: Bot, clock: FastClock, kind: str
) -> None:
    place = town.place("T1")
    await town.install(town_bot, "T1")
    clock.advance(300)
    await place.uninstall()
    await town.install(town_bot, "T1")
    await send_again(place, kind)
    clock.advance(300)
    await send_again(place, kind)
    assert await installed(town_bot) == ["T1"]
    assert await acts(town_bot, "T1") == [Act.INSTALLED, Act.UNINSTALLED, Act.INSTALLED]


async def test_an_uninstall_right_after_the_installation_counts(town: Town, town_bot: Bot) -> None:
    await town.install(town_bot, "T1")
    await town.place("T1").uninstall()
    assert await installed(town_bot) == []
    assert await acts(town_bot, "T1") == [Act.INSTALLED, Act.UNINSTALLED]


async def test_tokens_of_people_remove_nothing(town: Town, town_bot: Bot) -> None:
    await town.install(town_bot, "T1")
    tokens = {"oauth": ["U1"], "bot": []}
    await town.place("T1").send_event({"type": "tokens_revoked", "tokens": tokens})
    assert await installed(town_bot) == ["T1"]


async def test_tokens_revoked_alone_removes_the_workspace(town: Town, town_bot: Bot) -> None:
    await town.install(town_bot, "T1")
    await town.place("T1").revoke_tokens()
    assert await installed(town_bot) == []


async def test_while_slack_does_not_say_the_event_comes_again(
    town: Town, town_bot: Bot, clock: FastClock
) -> None:
    place = town.place("T1")
    place.event_pauses = (0.0,)
    await town.install(town_bot, "T1")
    clock.advance(-30)  # so that the event is no plain end
    place.weather.always("auth.test", slack_error("internal_error"))
    await place.revoke_tokens()
    assert [s.answer.status for s in place.sent[-2:]] == [500, 500]
    assert await installed(town_bot) == ["T1"]
    place.weather.clear()
    await send_again(place, "tokens_revoked")
    assert await installed(town_bot) == []


async def test_an_event_of_a_workspace_that_never_installed_is_nothing(
    town: Town, town_bot: Bot
) -> None:
    await town.place("T2").uninstall()
    assert [s.answer.status for s in town.place("T2").sent] == [200, 200]
    assert await acts(town_bot, "T2") == []


async def test_the_removal_of_one_workspace_is_not_that_of_its_organisation(
    town: Town, town_bot: Bot, clock: FastClock
) -> None:
    await town.install(town_bot, "T3", "T4", is_org_wide=True)
    clock.advance(300)
    place = town.place("T3")
    place.workspace.is_org_wide = False  # as Slack names one workspace of several
    await place.send_event({"type": "app_uninstalled"})
    assert await installed(town_bot) == ["E1"]
    place.workspace.is_org_wide = True
    await place.uninstall()
    assert await installed(town_bot) == []


async def test_two_copies_at_once_are_one(town: Town, town_bot: Bot, clock: FastClock) -> None:
    await town.install(town_bot, "T1")
    clock.advance(300)
    event: dict[str, Any] = {"type": "app_uninstalled"}
    await asyncio.gather(*(town.place("T1").send_event(event) for _ in range(4)))
    assert await acts(town_bot, "T1") == [Act.INSTALLED, Act.UNINSTALLED]
