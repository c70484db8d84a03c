"""Emptying SQLite's -wal file keeps nobody waiting."""

from __future__ import annotations

import asyncio

from factories import NOW
from sqlalchemy import select

from glm_slackbot.storage.address import SqliteAddress
from glm_slackbot.storage.audit import Act, AuditEntry, AuditStore
from glm_slackbot.storage.database import Database
from glm_slackbot.storage.tables import audit


async def test_while_a_reader_keeps_the_wal_others_write_and_then_it_is_emptied(
    sqlite_address: SqliteAddress,
) -> None:
    database = Database(sqlite_address)
    log = AuditStore(database)
    wal = sqlite_address.path.with_name(sqlite_address.path.name + "-wal")
    await log.add(AuditEntry("T1", NOW, "U1", Act.FORGED))
    async with database.read() as reader:
        await reader.exec_driver_sql("BEGIN")
        await reader.execute(select(audit))
        sweeping = asyncio.create_task(database.sweep())
        for n in range(3):
            await asyncio.sleep(0.06)
            async with asyncio.timeout(1.5):
                await log.add(AuditEntry("T1", NOW + n, "U1", Act.FORGED))
        assert not sweeping.done()
        await reader.rollback()
    assert await sweeping
    assert wal.stat().st_size == 0
    await database.close()
