"""The audit log only grows, by the database itself; changes are read apart from attempts."""

from __future__ import annotations

import pytest
from factories import NOW
from peek import rows
from sqlalchemy import Executable, delete, update
from sqlalchemy.exc import DBAPIError

from glm_slackbot.storage.audit import CHANGES, Act, AuditEntry, AuditStore
from glm_slackbot.storage.database import Database
from glm_slackbot.storage.tables import audit


@pytest.mark.parametrize(
    "statement",
    [
        delete(audit),
        update(audit).values(act="nothing"),
        update(audit).values(at=0.0),
        update(audit).values(workspace_id="T2"),
    ],
    ids=["delete", "act", "at", "workspace"],
)
async def test_what_is_written_stays(database: Database, statement: Executable) -> None:
    await AuditStore(database).add(AuditEntry("T1", NOW, "U1", Act.FORGED, {"wanted": "x"}))
    with pytest.raises(DBAPIError, match="append-only"):
        async with database.write() as connection:
            await connection.execute(statement)
    (row,) = await rows(database, audit)
    assert (row["workspace_id"], row["at"], row["act"]) == ("T1", NOW, "forged")


async def test_changes_and_attempts_are_read_apart(database: Database) -> None:
    store = AuditStore(database)
    for n, act in enumerate((Act.SETTINGS_CHANGED, Act.FORGED, Act.API_KEY_SET, Act.FORGED)):
        await store.add(AuditEntry("T1", NOW + n, f"U{n}", act))
    await store.add(AuditEntry("T2", NOW, "U9", Act.FORGED))

    changes = await store.last("T1", 9, acts=CHANGES)
    attempts = await store.attempts("T1", NOW)

    assert [entry.act for entry in changes] == [Act.API_KEY_SET, Act.SETTINGS_CHANGED]
    assert attempts.last is not None
    assert (attempts.count, attempts.last.user_id) == (2, "U3")


async def test_attempts_of_an_earlier_month_are_not_told(database: Database) -> None:
    store = AuditStore(database)
    await store.add(AuditEntry("T1", NOW, "U1", Act.FORGED))
    attempts = await store.attempts("T1", NOW + 1)
    assert (attempts.count, attempts.last) == (0, None)
