"""What finance gets: jobs and audit rows, page by page, without prompts unless asked."""

from __future__ import annotations

import json
from typing import Any

import pytest
from factories import NOW, PRICE, new_job
from sqlalchemy import update

from glm_slackbot.domain.job import Outcome
from glm_slackbot.storage.acceptor import Acceptor
from glm_slackbot.storage.audit import Act, AuditEntry, AuditStore
from glm_slackbot.storage.database import Database
from glm_slackbot.storage.exporting import COLUMNS, csv_cells, exported, json_line, known_workspaces
from glm_slackbot.storage.tables import images


async def export(database: Database, since: float = 0.0, **options: Any) -> list[Any]:
    options = {"with_prompts": False, "page": 2, **options}
    return [record async for record in exported(database, "T1", since, **options)]


async def test_a_job_tells_who_where_and_what_it_cost_and_no_prompt(
    database: Database, acceptor: Acceptor
) -> None:
    await acceptor.accept(new_job(id="j1", n=2))
    async with database.write() as connection:
        await connection.execute(
            update(images).where(images.c.position == 0).values(outcome=Outcome.DELIVERED)
        )
    (job,) = await export(database)
    assert job == {
        "kind": "job",
        "at": "2025-06-15T15:06:40+00:00",
        "workspace_id": "T1",
        "team_id": "T1",
        "channel_id": "C1",
        "user_id": "U1",
        "id": "j1",
        "status": "queued",
        "error": None,
        "model": "glm-image",
        "size": "1280x1280",
        "quality": None,
        "images": 2,
        "delivered": 1,
        "cost_cny": "0.200000",
        "cost_usd": "0.000000",
    }
    assert PRICE == 100_000


async def test_prompts_come_only_where_they_are_asked_for(
    database: Database, acceptor: Acceptor
) -> None:
    await acceptor.accept(new_job(prompt="a fox", style="ink", avoid="text"))
    (job,) = await export(database, with_prompts=True)
    assert (job["prompt"], job["style"], job["avoid"]) == ("a fox", "ink", "text")


async def test_every_row_of_the_workspace_since_then_comes_once_in_order(
    database: Database, acceptor: Acceptor
) -> None:
    audit = AuditStore(database)
    for n in range(5):
        await acceptor.accept(new_job(id=f"j{n}", created_at=NOW + n // 2))
        await audit.add(AuditEntry("T1", NOW + n // 2, f"U{n}", Act.FORGED, {"n": n}))
    await acceptor.accept(new_job(team_id="T2"))
    await audit.add(AuditEntry("T2", NOW, "U9", Act.FORGED))
    found = await export(database)
    assert [r["id"] for r in found if r["kind"] == "job"] == ["j0", "j1", "j2", "j3", "j4"]
    assert [r["user_id"] for r in found if r["kind"] == "audit"] == [f"U{n}" for n in range(5)]
    assert found[-1]["details"] == {"n": 4}
    assert len(await export(database, NOW + 1)) == 6


async def test_a_workspace_of_an_organisation_gets_its_requests_and_the_organisation_all(
    database: Database, acceptor: Acceptor
) -> None:
    await acceptor.accept(new_job(id="before"))
    for team in ("T1", "T2"):
        entry = new_job(id=team, team_id=team, enterprise_id="E1", is_org_wide=True)
        await acceptor.accept(entry)
    assert [r["id"] for r in await export(database)] == ["before", "T1"]
    of_all = [r["id"] async for r in exported(database, "E1", 0.0, with_prompts=False)]
    assert of_all == ["T1", "T2"]
    assert await known_workspaces(database) == ["E1", "T1", "T2"]


@pytest.mark.parametrize("start", [*"=+-@\t\r\n＝＋－＠", " ="])
def test_no_cell_of_a_csv_is_a_formula(start: str) -> None:
    (cell,) = csv_cells({"prompt": f"{start}HYPERLINK(1)"}, ["prompt"])
    assert cell == f"'{start}HYPERLINK(1)"


def test_a_line_of_json_is_one_line_for_every_reader() -> None:
    words = "狐狸\u2028a\u2029b\x85c\nd\x1ce"
    line = json_line({"prompt": words})
    assert len(line.splitlines()) == 1
    assert "狐狸" in line
    assert json.loads(line) == {"prompt": words}


def test_cells_are_words_numbers_json_or_empty() -> None:
    record = {"kind": "audit", "images": 2, "details": {"from": "不"}}
    columns = ["kind", "images", "details", "act"]
    assert csv_cells(record, columns) == ["audit", "2", '{"from": "不"}', ""]
    assert set(columns) <= set(COLUMNS)
