"""Installations in both databases: tokens sealed, found by workspace, rotated by one alone."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest
from factories import NOW, new_draft, new_job
from peek import rows
from slack_sdk.oauth.installation_store import Installation

from glm_slackbot.domain.job import Job, JobStatus
from glm_slackbot.storage.acceptor import Acceptor
from glm_slackbot.storage.audit import Act, AuditEntry
from glm_slackbot.storage.checkpoints import Checkpoints, LeaseLost
from glm_slackbot.storage.claims import Claims
from glm_slackbot.storage.database import Database
from glm_slackbot.storage.installations import InstallationStore, Installed, OAuthStateStore
from glm_slackbot.storage.leaving import remove_workspace
from glm_slackbot.storage.rotations import Rotations
from glm_slackbot.storage.secret_box import CannotOpen, SecretBox, new_encryption_key
from glm_slackbot.storage.tables import audit, drafts, images, installations, jobs, oauth_states

KEYS = [new_encryption_key(), new_encryption_key()]
BOX = SecretBox(KEYS[:1])


def installation(team_id: str | None = "T1", **changes: Any) -> Installation:
    given = {
        "team_id": team_id,
        "team_name": "Acme",
        "bot_token": f"xoxb-{team_id}",
        "bot_id": "B1",
        "bot_user_id": "UBOT",
        "bot_scopes": "commands,chat:write",
        "bot_refresh_token": "xoxe-1-first",
        "bot_token_expires_at": int(NOW) + 43_200,
        "user_id": "U2",
    }
    return Installation(**{**given, **changes})


def org_wide(**changes: Any) -> Installation:
    given = {"enterprise_id": "E1", "enterprise_name": "Org", "is_enterprise_install": True}
    return installation(None, **{**given, **changes})


def store_of(database: Database, at: float = NOW, box: SecretBox | None = BOX) -> InstallationStore:
    return InstallationStore(database, box, lambda: at)


@pytest.fixture
def installs(database: Database) -> InstallationStore:
    return store_of(database)


async def found(store: InstallationStore, *ids: str | None, **flags: bool) -> Installed:
    installed = await store.find(*ids, **flags)
    assert installed is not None
    return installed


async def test_what_is_saved_is_found_and_the_tokens_rest_sealed(
    database: Database, installs: InstallationStore
) -> None:
    await installs.async_save(installation())
    installed = await found(installs, "T1", None)
    assert (installed.bot_token, installed.refresh_token) == ("xoxb-T1", "xoxe-1-first")
    assert "xox" not in repr(installed)
    (row,) = await rows(database, installations)
    assert "xox" not in repr(dict(row))
    (entry,) = await rows(database, audit)
    assert (entry["act"], entry["user_id"], entry["workspace_id"]) == ("installed", "U2", "T1")


async def test_slack_sdk_finds_it_by_its_own_names(installs: InstallationStore) -> None:
    await installs.async_save(installation())
    await installs.async_save(org_wide())
    one = await installs.async_find_bot(enterprise_id=None, team_id="T1")
    assert one is not None
    assert (one.bot_token, one.team_name, one.is_enterprise_install) == ("xoxb-T1", "Acme", False)
    all_ = await installs.async_find_installation(
        enterprise_id="E1", team_id="T9", is_enterprise_install=True
    )
    assert all_ is not None
    assert (all_.enterprise_name, all_.team_id, all_.is_enterprise_install) == ("Org", None, True)
    assert len(await installs.all()) == 2
    await installs.async_delete_all(enterprise_id=None, team_id="T1")
    assert await installs.async_find_bot(enterprise_id=None, team_id="T1") is None
    assert await installs.async_find_installation(enterprise_id=None, team_id=None) is None


async def test_an_organisation_serves_where_it_says_so_or_is_the_newest(
    database: Database, installs: InstallationStore
) -> None:
    await installs.async_save(org_wide())
    await store_of(database, NOW + 1).async_save(installation("T1", enterprise_id="E1"))
    assert (await found(installs, "T1", "E1")).workspace_id == "T1"
    assert (await found(installs, "T1", "E1", is_org_wide=True)).workspace_id == "E1"
    assert (await found(installs, "T2", "E1")).workspace_id == "E1"


async def test_tokens_are_sealed_anew_while_the_old_key_is_there(
    database: Database, installs: InstallationStore
) -> None:
    await installs.async_save(installation(bot_refresh_token=None))
    both = SecretBox([KEYS[1], KEYS[0]])
    assert await installs.reseal("T1", both)
    assert not await installs.reseal("T2", both)
    new = store_of(database, box=SecretBox(KEYS[1:]))
    assert (await found(new, "T1", None)).bot_token == "xoxb-T1"
    assert (await found(installs, "T1", None)).bot_token is None
    with pytest.raises(CannotOpen):
        await installs.reseal("T1", BOX)


async def test_without_a_key_nothing_is_saved(database: Database) -> None:
    with pytest.raises(CannotOpen):
        await store_of(database, box=None).async_save(installation())
    assert await rows(database, installations) == []


async def test_of_two_processes_one_rotates(
    database: Database, other_database: Database, installs: InstallationStore
) -> None:
    await installs.async_save(installation())
    installed = await found(installs, "T1", None)
    takers = [Rotations(d, store_of(d)) for _ in range(4) for d in (database, other_database)]
    taken = await asyncio.gather(*(taker.take(installed) for taker in takers))
    assert sorted(taken) == [False] * 7 + [True]
    new = replace(installed, bot_token="xoxb-2", refresh_token="xoxe-1-2", generation=2)
    assert await takers[0].save(new, NOW)
    assert not await takers[1].take(installed)  # that generation is over
    assert (await found(installs, "T1", None)).bot_token == "xoxb-2"


async def test_a_lease_is_given_back(database: Database, installs: InstallationStore) -> None:
    await installs.async_save(installation())
    installed = await found(installs, "T1", None)
    rotations = Rotations(database, installs)
    assert await rotations.take(installed)
    await rotations.give_back(installed)
    assert await rotations.take(installed)


async def test_tokens_of_before_do_not_replace_those_of_a_new_installation(
    database: Database, installs: InstallationStore
) -> None:
    await installs.async_save(installation())
    installed = await found(installs, "T1", None)
    rotations = Rotations(database, installs)
    assert await rotations.take(installed)
    await installs.async_save(installation(bot_token="xoxb-again"))
    assert not await rotations.save(replace(installed, bot_token="xoxb-old", generation=2), NOW)
    assert (await found(installs, "T1", None)).bot_token == "xoxb-again"


async def test_a_state_is_good_once_and_for_ten_minutes(database: Database) -> None:
    at = [NOW]
    states = OAuthStateStore(database, lambda: at[0])
    one, two = await states.async_issue(), await states.async_issue()
    good = await asyncio.gather(*(states.async_consume(one) for _ in range(4)))
    assert sorted(good) == [False, False, False, True]
    at[0] += 601
    assert not await states.async_consume(two)
    assert not await states.async_consume("\ud800\0")


async def test_visits_without_end_leave_no_rows_without_end(database: Database) -> None:
    at = [NOW]
    states = OAuthStateStore(database, lambda: at[0], most=3)
    given = []
    for _ in range(5):
        given.append(await states.async_issue())
        at[0] += 1
    assert len(await rows(database, oauth_states)) == 3
    assert [await states.async_consume(state) for state in given] == [False] * 2 + [True] * 3


def left(installed: Installed) -> AuditEntry:
    return AuditEntry(installed.workspace_id, NOW, "USLACKBOT", Act.UNINSTALLED)


async def test_who_leaves_takes_all_but_costs_along(
    database: Database,
    installs: InstallationStore,
    acceptor: Acceptor,
    claims: Claims,
    checkpoints: Checkpoints,
) -> None:
    await installs.async_save(installation())
    installed = await found(installs, "T1", None)
    await acceptor.accept(new_job(prompt="a vermilion fox", created_at=NOW))
    await acceptor.accept(new_job(prompt="an owl", created_at=NOW + 1))
    await acceptor.accept(new_job(prompt="a hare", team_id="T2", created_at=NOW + 5))
    await acceptor.accept(new_draft())
    running = await claims.next_job(NOW + 9, lambda _: 1)
    assert running is not None
    assert await remove_workspace(database, installed, left(installed))

    gone = await rows(database, jobs, workspace_id="T1")
    assert {(job["status"], job["prompt"]) for job in gone} == {("cancelled", "")}
    (other,) = await rows(database, jobs, workspace_id="T2")
    assert (other["status"], other["prompt"]) == ("queued", "a hare")
    ended = await rows(database, images, workspace_id="T1")
    assert [(image["outcome"], image["cost_micros"]) for image in ended] == [("cancelled", 0)] * 2
    assert await rows(database, drafts) == []
    with pytest.raises(LeaseLost):
        await checkpoints.note(running, status_ts="1.0")


async def test_a_second_copy_changes_nothing(
    database: Database, other_database: Database, installs: InstallationStore
) -> None:
    await installs.async_save(installation())
    installed = await found(installs, "T1", None)
    gone = await asyncio.gather(
        *(remove_workspace(d, installed, left(installed)) for d in (database, other_database))
    )
    assert sorted(gone) == [False, True]
    await store_of(database, NOW + 60).async_save(installation())
    assert not await remove_workspace(database, installed, left(installed))
    acts = [row["act"] for row in await rows(database, audit)]
    assert acts == ["installed", "uninstalled", "installed"]


async def test_who_leaves_while_jobs_run_is_waited_for_by_nobody(
    database: Database,
    other_database: Database,
    installs: InstallationStore,
    acceptor: Acceptor,
    claims: Claims,
    checkpoints: Checkpoints,
) -> None:
    """Checkpoints hold a job, then its images; were they held the other way, each would wait."""
    await installs.async_save(installation())
    installed = await found(installs, "T1", None)
    for _ in range(12):
        await acceptor.accept(new_job(created_at=NOW, n=2))
    running = [await claims.next_job(NOW + 9, lambda _: 100) for _ in range(12)]

    async def work(job: Job) -> None:
        for step in range(20):
            await checkpoints.note_image(job, job.images[step % 2], filter_level=step)
            await checkpoints.note(job, status_ts=f"{step}.0")
        await checkpoints.end(job, JobStatus.DELIVERED, delivered_at=NOW)

    ends = await asyncio.gather(
        *(work(job) for job in running if job is not None),
        remove_workspace(other_database, installed, left(installed)),
        return_exceptions=True,
    )
    assert ends[-1] is True
    assert {type(end) for end in ends[:-1]} <= {LeaseLost, type(None)}
    statuses = {row["status"] for row in await rows(database, jobs)}
    assert statuses <= {"cancelled", "delivered"}
