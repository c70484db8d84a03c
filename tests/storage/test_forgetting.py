"""Whoever is forgotten is named by no row any more, and what they wrote is gone."""

from __future__ import annotations

import json
from typing import Any

import pytest
from databases import SqliteFiles
from factories import NOW, new_draft, new_job, origin_factory
from peek import claimed, counted, end_leases, job_row, rows
from sqlalchemy import insert, update

from glm_slackbot.app.forgetting import Forgotten, forget_beside
from glm_slackbot.domain.forgotten import is_mark, mark_of
from glm_slackbot.domain.job import JobStatus
from glm_slackbot.storage.acceptor import Acceptor
from glm_slackbot.storage.audit import SLACK_ITSELF, Act, AuditEntry, AuditStore
from glm_slackbot.storage.checkpoints import Checkpoints, LeaseLost
from glm_slackbot.storage.claims import Claims
from glm_slackbot.storage.database import Database
from glm_slackbot.storage.notices import NoticeStore
from glm_slackbot.storage.people import PeopleStore
from glm_slackbot.storage.scope import Scope
from glm_slackbot.storage.tables import (
    audit,
    drafts,
    images,
    jobs,
    metadata,
    notices,
    people,
    workspaces,
)

ANA, BEN = "UANA", "UBEN"
WORDS = {"prompt": "secret", "style": "secret", "response_url": "https://x.test/secret"}


@pytest.fixture
async def full(database: Database, acceptor: Acceptor) -> Database:
    """Two people in two workspaces, named in every way there is."""
    for team in ("T1", "T2"):
        for user in (ANA, BEN):
            await acceptor.accept(new_job(team_id=team, user_id=user, **WORDS))
            await acceptor.accept(new_draft(team_id=team, user_id=user, text="secret"))
            await PeopleStore(database).learn(origin_factory(team_id=team, user_id=user), "en")
    store = AuditStore(database)
    await store.add(AuditEntry("T1", NOW, ANA, Act.FORGED))
    details = {"asker": ANA, "changes": [{"to": [ANA, BEN], "which": f"{ANA}x"}]}
    await store.add(AuditEntry("T1", NOW, BEN, Act.BUDGET_ALLOWED, details))
    await NoticeStore(database).write(origin_factory(), "notice.budget_80", {"told": [ANA]}, NOW)
    async with database.write() as connection:
        row = {"workspace_id": "T1", "settings": {}, "api_key_set_by": ANA}
        await connection.execute(insert(workspaces).values(**row))
        await connection.execute(update(jobs).values(status=JobStatus.DELIVERED))
        await connection.execute(update(drafts).values(answer_due=False))
    return database


async def everything(database: Database, **where: Any) -> str:
    tables = [t for t in metadata.tables.values() if set(where) <= set(t.c.keys())]
    found = [await rows(database, table, **where) for table in tables]
    return json.dumps([[dict(row) for row in table] for table in found])


async def test_a_person_is_nowhere_any_more_and_others_are_untouched(full: Database) -> None:
    before = await everything(full, user_id=BEN)
    done = await forget_beside(full, Scope(user_id=ANA), now=lambda: NOW)
    assert done == Forgotten(people=1, left=0)
    left = await everything(full)
    assert f'"{ANA}"' not in left
    assert f'"{ANA}x"' in left
    marks = {row["user_id"] for table in (jobs, images, drafts) for row in await rows(full, table)}
    (mark,) = marks - {BEN}
    assert mark.startswith("forgotten-")
    assert [row["user_id"] for row in await rows(full, audit)] == [mark, BEN]
    assert [row["user_id"] for row in await rows(full, people)] == [BEN, BEN]
    after = await everything(full, user_id=BEN)
    assert after == before.replace(f'"{ANA}"', f'"{mark}"')
    assert after.count("secret") == 8


async def test_in_one_workspace_only_where_one_is_named(full: Database) -> None:
    await forget_beside(full, Scope("T1", ANA), now=lambda: NOW)
    assert f'"{ANA}"' not in await everything(full, workspace_id="T1")
    assert [r["user_id"] for r in await rows(full, jobs, workspace_id="T2")].count(ANA) == 1
    assert len(await rows(full, people, user_id=ANA)) == 1


async def test_a_workspaces_people_are_all_forgotten_each_by_a_mark_of_their_own(
    full: Database,
) -> None:
    assert (await forget_beside(full, Scope("T1"), now=lambda: NOW)).people == 2
    left = await everything(full, workspace_id="T1")
    assert not any(word in left for word in (f'"{ANA}"', f'"{BEN}"', "secret"))
    assert len({row["user_id"] for row in await rows(full, jobs, workspace_id="T1")}) == 2
    assert await rows(full, people, team_id="T1") == []
    assert (await everything(full, workspace_id="T2")).count("secret") == 8
    assert (await forget_beside(full, Scope("T1"), now=lambda: NOW)).people == 0


async def test_what_waits_is_cancelled_and_what_runs_is_left_for_another_run(
    database: Database, acceptor: Acceptor, claims: Claims
) -> None:
    runs = await claimed(acceptor, claims, id="runs", **WORDS)
    await acceptor.accept(new_job(id="waits", **WORDS))
    done = await forget_beside(database, Scope(user_id="U1"))
    assert done == Forgotten(people=1, left=1)
    waited = (await rows(database, jobs, id="waits"))[0]
    assert (waited["status"], waited["prompt"]) == ("cancelled", "")
    running = await job_row(database, runs)
    assert (running["user_id"], running["prompt"]) == ("U1", "secret")
    assert len(await rows(database, images, user_id="U1")) == 1


async def test_what_a_dead_process_left_is_ended_and_forgotten_by_the_same_mark_as_before(
    database: Database, acceptor: Acceptor, claims: Claims, checkpoints: Checkpoints
) -> None:
    job = await claimed(acceptor, claims, n=2, **WORDS)
    await checkpoints.note_image(job, job.images[0], submit_intent_at=NOW)
    await acceptor.accept(new_draft(text="secret"))
    await forget_beside(database, Scope(user_id="U1"))
    ((_, mark),) = {(row["answer_due"], row["user_id"]) for row in await rows(database, drafts)}
    await end_leases(database)
    done = await forget_beside(database, Scope(user_id="U1"))
    assert done == Forgotten(people=1, left=0)
    row = await job_row(database, job)
    assert (row["status"], row["prompt"], row["user_id"]) == ("cancelled", "", mark)
    bought, waited = await counted(database)
    assert bought[:2] == ("cancelled_late", True)
    assert waited == ("cancelled", False, 0)
    with pytest.raises(LeaseLost):
        await checkpoints.note_image(job, job.images[0], image_url="https://secret.test")


async def test_a_direct_message_leads_to_nobody_and_a_channel_stays(
    database: Database, acceptor: Acceptor
) -> None:
    place = {"message_ts": "1.2", "thread_ts": "1.1"}
    for channel in ("C1", "D1"):
        key = f"message:T1:{channel}:1.2"
        await acceptor.accept(new_job(channel_id=channel, dedupe_key=key, **place))
    async with database.write() as connection:
        await connection.execute(update(jobs).values(post_channel="D1"))
    await forget_beside(database, Scope(user_id="U1"))
    found = await rows(database, jobs)
    mark = found[0]["user_id"]
    assert {row["channel_id"] for row in found} == {"C1", mark}
    assert {row["channel_id"] for row in await rows(database, images)} == {"C1", mark}
    assert {(row["post_channel"], row["message_ts"]) for row in found} == {(mark, None)}
    assert '"D1' not in await everything(database)
    assert "D1:1.2" not in await everything(database)


async def test_nobody_is_forgotten_where_no_row_names_them(full: Database) -> None:
    before = await everything(full)
    assert await forget_beside(full, Scope(user_id="UNOBODY")) == Forgotten(people=0, left=0)
    assert await everything(full) == before


async def test_whoever_is_named_by_the_audit_log_and_notices_alone_is_forgotten_with_a_workspace(
    database: Database,
) -> None:
    details = {"asker": ANA, "name": BEN}
    await AuditStore(database).add(AuditEntry("T1", NOW, SLACK_ITSELF, Act.UNINSTALLED, details))
    await NoticeStore(database).write(origin_factory(), "notice.budget_80", {"told": ["UC"]}, NOW)
    assert (await forget_beside(database, Scope("T1"))).people == 2
    (entry,) = await rows(database, audit)
    assert entry["user_id"] == SLACK_ITSELF
    assert is_mark(entry["details"]["asker"])
    assert entry["details"]["name"] == BEN
    (notice,) = await rows(database, notices)
    assert is_mark(notice["params"]["told"][0])


async def test_a_person_is_replaced_wherever_in_the_details_their_id_stands(
    database: Database,
) -> None:
    details = {"changes": [{"which": "x", "from": None, "to": [ANA, BEN]}]}
    await AuditStore(database).add(AuditEntry("T1", NOW, BEN, Act.SETTINGS_CHANGED, details))
    assert (await forget_beside(database, Scope(user_id=ANA))).people == 1
    (entry,) = await rows(database, audit)
    (mark, other) = entry["details"]["changes"][0]["to"]
    assert (is_mark(mark), other, entry["user_id"]) == (True, BEN, BEN)


async def test_a_workspace_of_an_organisation_is_forgotten_without_its_sisters(
    database: Database, acceptor: Acceptor
) -> None:
    for team in ("T1", "T2"):
        entry = new_job(team_id=team, enterprise_id="E1", is_org_wide=True, prompt="secret")
        await acceptor.accept(entry)
    await forget_beside(database, Scope("T1"))
    found = {row["team_id"]: row["prompt"] for row in await rows(database, jobs)}
    assert found == {"T1": "", "T2": "secret"}


def test_a_mark_is_not_found_by_trying_every_id_without_the_secret() -> None:
    assert mark_of("U1", "one") == mark_of("U1", "one")
    assert len({mark_of("U1", "one"), mark_of("U1", "two"), mark_of("U2", "one")}) == 3
    assert "U1" not in mark_of("U1", "one")


async def test_no_byte_of_the_sqlite_files_tells_what_was_erased(
    sqlite_files: SqliteFiles,
) -> None:
    address = await sqlite_files.migrated()
    database = Database(address)
    acceptor = Acceptor(database)
    for n in range(50):  # enough that rows move from page to page
        entry = new_job(
            id=f"{n * 37 % 50:032}", prompt=f"SECRET{'x' * (n * 97 % 1400)}", user_id=ANA
        )
        await acceptor.accept(entry)
        async with database.write() as connection:
            error = {"class": "UserError", "text_id": "x", "params": {"words": "SECRET"}}
            longer = {"status": "failed", "status_ts": "1" * 20, "error": error}
            await connection.execute(update(jobs).where(jobs.c.id == entry.job.id).values(longer))
    files = [address.path, address.path.with_name(address.path.name + "-wal")]
    assert b"SECRET" in b"".join(file.read_bytes() for file in files)
    await forget_beside(database, Scope(user_id=ANA))
    left = b"".join(file.read_bytes() for file in files)
    await database.close()
    assert b"SECRET" not in left
    assert ANA.encode() not in left
