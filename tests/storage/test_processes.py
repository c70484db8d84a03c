"""Several processes at one database, at the same moment."""

from __future__ import annotations

import asyncio
import sys
from asyncio.subprocess import PIPE, Process
from pathlib import Path

import other_process
from databases import url_of
from factories import new_job
from peek import rows

from glm_slackbot.storage.accepting import write_entries
from glm_slackbot.storage.address import Address
from glm_slackbot.storage.database import Database
from glm_slackbot.storage.migrations import HEAD, schema_version
from glm_slackbot.storage.tables import images

SCRIPT = Path(other_process.__file__)


async def at_once(verb: str, address: Address, count: int = 2) -> list[str]:
    """The answers of so many processes that begin together."""
    processes = [await _start(verb, address, f"p{n}") for n in range(count)]
    for process in processes:
        assert process.stdout is not None
        assert await process.stdout.readline() == b"ready\n"
    answers = await asyncio.gather(*(process.communicate(b"go\n") for process in processes))
    assert [process.returncode for process in processes] == [0] * count
    return [out.decode().strip() for out, _ in answers]


async def _start(verb: str, address: Address, name: str) -> Process:
    return await asyncio.create_subprocess_exec(
        sys.executable, SCRIPT, verb, url_of(address), name, stdin=PIPE, stdout=PIPE
    )


async def test_fifty_at_once_from_two_processes_on_a_quota_of_three_make_three(
    address: Address, database: Database
) -> None:
    answers = await at_once("accept", address)

    assert sum(map(int, answers)) == 3
    assert len(await rows(database, images)) == 3


async def test_two_processes_claim_every_job_once(address: Address, database: Database) -> None:
    entries = [new_job(user_id=f"U{n}") for n in range(40)]
    await write_entries(database, entries)

    answers = await at_once("claim", address)

    got = " ".join(answers).split()
    assert sorted(got) == sorted(entry.job.id for entry in entries)


async def test_two_processes_migrate_at_once(empty: Address) -> None:
    await at_once("migrate", empty)

    database = Database(empty)
    assert await schema_version(database) == HEAD
    await database.close()


async def test_where_nothing_is_to_migrate_alembic_is_not_even_imported(address: Address) -> None:
    assert await at_once("migrate", address, count=1) == ["False False"]


async def test_processes_agree_on_a_secret(address: Address) -> None:
    answers = await at_once("secret", address)

    assert len(set(answers)) == 1
    assert answers[0] in ("p0", "p1")
