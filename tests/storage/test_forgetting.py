"""Whoever is forgotten is named by no row any more, and what they wrote is gone."""

from __future__ import annotations

import json
from typing import Any

import pytest
from factories import NOW, new_draft, new_job, origin_factory
from peek import rows
from sqlalchemy import insert, update

from glm_slackbot.app.forgetting import Forgotten, forget_beside
from glm_slackbot.domain.job import JobStatus
from glm_slackbot.storage.acceptor import Acceptor
from glm_slackbot.storage.audit import Act, AuditEntry, AuditStore
from glm_slackbot.storage.database import Database
from glm_slackbot.storage.forgetting import Scope
from glm_slackbot.storage.notices import NoticeStore
from glm_slackbot.storage.people import PeopleStore
from glm_slackbot.storage.tables import audit, drafts, images, jobs, metadata, people, workspaces

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
    database: Database, acceptor: Acceptor
) -> None:
    for n in range(2):
        await acceptor.accept(new_job(id=f"j{n}", **WORDS))
    async with database.write() as connection:
        running = update(jobs).where(jobs.c.id == "j1").values(status=JobStatus.RUNNING)
        await connection.execute(running)
    done = await forget_beside(database, Scope(user_id="U1"), patience=0.0)
    assert done == Forgotten(people=1, left=1)
    waited, runs = await rows(database, jobs)
    assert (waited["status"], waited["prompt"]) == ("cancelled", "")
    assert (runs["user_id"], runs["prompt"]) == ("U1", "secret")
    assert [row["user_id"] == "U1" for row in await rows(database, images)] == [False, True]
