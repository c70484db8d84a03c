"""The audit log as Home reads it: changes apart from attempts, newest first."""

from __future__ import annotations

from factories import NOW

from glm_slackbot.storage.audit import CHANGES, Act, AuditEntry, AuditStore
from glm_slackbot.storage.database import Database


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
