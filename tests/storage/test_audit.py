"""The audit log only grows: the database itself refuses anything else."""

from __future__ import annotations

import pytest
from factories import NOW
from peek import rows
from sqlalchemy import Executable, delete, update
from sqlalchemy.exc import DBAPIError

from glm_slackbot.storage.audit import Act, AuditEntry, AuditStore
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
