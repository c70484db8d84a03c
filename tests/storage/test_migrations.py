"""Schema versions."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from glm_slackbot.storage import migrations
from glm_slackbot.storage.address import Address, PostgresAddress
from glm_slackbot.storage.database import Database
from glm_slackbot.storage.migrations import (
    HEAD,
    DatabaseUnreachable,
    NewerSchema,
    migrate,
    schema_version,
)
from glm_slackbot.storage.tables import metadata


@pytest.fixture
async def fresh(empty: Address) -> AsyncIterator[Database]:
    database = Database(empty)
    yield database
    await database.close()


def differences(connection: Connection) -> object:
    context = MigrationContext.configure(connection, opts={"compare_type": True})
    return compare_metadata(context, metadata)


async def test_an_empty_database_is_brought_to_the_newest_version(fresh: Database) -> None:
    assert await schema_version(fresh) is None
    assert await migrate(fresh)
    assert await schema_version(fresh) == HEAD
    assert not await migrate(fresh)


async def test_the_migrations_make_the_tables_the_stores_use(fresh: Database) -> None:
    await migrate(fresh)

    async with fresh.read() as connection:
        assert await connection.run_sync(differences) == []


def test_the_newest_version_is_the_newest_script() -> None:
    scripts = ScriptDirectory(str(Path(migrations.__file__).parent))

    assert scripts.get_current_head() == HEAD


async def test_a_database_of_a_newer_program_is_told_and_left_as_it_is(fresh: Database) -> None:
    await migrate(fresh)
    async with fresh.write() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '0099'"))

    with pytest.raises(NewerSchema, match="schema 0099 is newer than this program's, "):
        await migrate(fresh)
    assert await schema_version(fresh) == "0099"


async def test_a_server_that_is_away_is_told_from_other_faults_of_the_system() -> None:
    away = Database(PostgresAddress("postgresql://bot:geheim@127.0.0.1:1/bot"))

    with pytest.raises(DatabaseUnreachable) as caught:
        await migrate(away)
    await away.close()
    assert "geheim" not in str(caught.value)
