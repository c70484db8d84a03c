"""The doctor on the database, and on the worker that it tells of."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from databases import PostgresServer, postgres_running
from doctoring import command, finding, findings, keep_job, lock_of

from glm_slackbot.app.doctor.finding import Verdict, any_failed
from glm_slackbot.app.doctor.worker import is_locked
from glm_slackbot.sandbox.world import World, world_settings
from glm_slackbot.storage.address import PostgresAddress
from glm_slackbot.storage.serving_lock import serving_lock

# ---- the database


async def test_a_missing_folder_is_told(world: World, tmp_path: Path) -> None:
    found = await finding(world, "database", world_settings(f"sqlite:///{tmp_path}/no/bot.db"))
    assert found.mend == f"mkdir -p {tmp_path}/no"


async def test_a_file_of_another_kind_is_told(world: World, tmp_path: Path) -> None:
    (tmp_path / "bot.db").write_text("a shopping list, and a rather long one " * 9)
    found = await findings(world, world_settings(f"sqlite:///{tmp_path}/bot.db"))
    assert "not a database" in found[2].words
    assert found[-1].verdict is Verdict.UNKNOWN


@pytest.mark.parametrize(
    ("version", "verdict", "said"),
    [
        ("0000", Verdict.FINE, "will migrate it"),
        ("9999", Verdict.FAILED, "→ mend: deploy the newer"),
    ],
)
async def test_another_schema_is_told(
    world: World, url: str, tmp_path: Path, version: str, verdict: Verdict, said: str
) -> None:
    connection = sqlite3.connect(tmp_path / "bot.db")
    connection.execute("CREATE TABLE alembic_version (version_num TEXT)")
    connection.execute("INSERT INTO alembic_version VALUES (?)", [version])
    connection.commit()
    connection.close()
    found = await finding(world, "database", world_settings(url))
    assert found.verdict is verdict
    assert said in str(found)


async def test_an_empty_database_awaits_its_tables(world: World, url: str, tmp_path: Path) -> None:
    sqlite3.connect(tmp_path / "bot.db").close()
    found = await finding(world, "database", world_settings(url))
    assert found.verdict is Verdict.FINE
    assert "empty" in found.words


async def test_a_mistaken_address_leaves_the_rest(world: World, url: str) -> None:
    settings = world_settings(url)
    broken = settings.model_copy(update={"database_url": type(settings.database_url)("mysql://")})
    found = await findings(world, broken, "DATABASE_URL is neither")
    assert [one.verdict for one in found] == [
        Verdict.FAILED,
        Verdict.FINE,
        Verdict.UNKNOWN,
        *[Verdict.FINE] * 3,
        Verdict.UNKNOWN,
        Verdict.UNKNOWN,
    ]


async def test_a_postgres_that_is_away_is_told_without_its_password(world: World) -> None:
    url = "postgres://bot:geheim@127.0.0.1:1/bot"
    found = await findings(world, world_settings(url))
    assert found[2].verdict is Verdict.FAILED
    assert "127.0.0.1" in found[2].words
    assert "geheim" not in "".join(map(str, found))


@pytest.fixture(scope="module")
def postgres() -> Iterator[PostgresServer]:
    with postgres_running() as server:
        yield server


@pytest.fixture
async def postgres_url(postgres: PostgresServer) -> AsyncIterator[str]:
    address = await postgres.empty()
    assert isinstance(address, PostgresAddress)
    yield address.dsn
    await postgres.drop(address)


async def test_a_postgres_is_looked_at(world: World, postgres_url: str) -> None:
    settings = world_settings(postgres_url)
    before = await findings(world, settings)
    await keep_job(postgres_url, status="delivered")
    idle = await findings(world, settings)
    await keep_job(postgres_url, id="j2", dedupe_key="k2")
    waiting = await findings(world, settings)
    await keep_job(postgres_url, id="j3", dedupe_key="k3", status="running", lease_until=9e9)
    served = await findings(world, settings)
    assert "empty" in before[2].words
    assert "cannot be told" in idle[-1].words
    assert not any_failed([*before, *idle, *served])
    assert waiting[-1].verdict is Verdict.FAILED


async def test_a_postgres_that_refuses_the_user_is_told(world: World, postgres_url: str) -> None:
    url = postgres_url.replace("postgres:@", "nobody:geheim@")
    found = await findings(world, world_settings(url))
    assert found[2].verdict is Verdict.FAILED
    assert 'role "nobody" does not exist' in found[2].words


def test_serve_tells_what_postgres_refused_in_a_line(postgres_url: str, tmp_path: Path) -> None:
    url = postgres_url.replace("postgres:@", "nobody:geheim@")
    slack = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_SIGNING_SECRET": "s"}
    ended = command("serve", tmp_path, {**slack, "DATABASE_URL": url})
    assert ended.returncode == 2
    assert ended.stderr.splitlines()[-1].startswith("glm-slackbot: DATABASE_URL: ")
    assert 'role "nobody" does not exist' in ended.stderr
    assert "Traceback" not in ended.stderr
    assert "geheim" not in ended.stderr


# ---- the worker


@pytest.mark.parametrize("status", ["queued", "running"])
async def test_jobs_that_nobody_works_on_are_a_failure(world: World, url: str, status: str) -> None:
    await keep_job(url, status=status)
    found = await finding(world, "worker", world_settings(url))
    assert found.verdict is Verdict.FAILED
    assert found.mend == "`glm-slackbot serve`"


async def test_jobs_that_stand_still_are_a_failure(world: World, url: str) -> None:
    await keep_job(url, status="running", lease_owner="x", lease_until=1.0)
    with serving_lock(lock_of(url)):
        found = await finding(world, "worker", world_settings(url))
    assert found.verdict is Verdict.FAILED
    assert "stand still: 1" in found.words


async def test_jobs_that_wait_their_turn_are_none(world: World, url: str) -> None:
    await keep_job(url)
    with serving_lock(lock_of(url)):
        found = await finding(world, "worker", world_settings(url))
    assert found.verdict is Verdict.FINE
    assert "waiting: 1, running: 0" in found.words


def test_looking_at_the_lock_makes_no_file_and_keeps_none(tmp_path: Path) -> None:
    path = tmp_path / "x.lock"
    assert not is_locked(path)
    assert not path.exists()
    with serving_lock(path):
        assert is_locked(path)
    assert not is_locked(path)
    with serving_lock(path):
        pass


@pytest.fixture
def read_only_folder(tmp_path: Path) -> Iterator[Path]:
    if os.geteuid() == 0:
        pytest.skip("the superuser may write everywhere")
    tmp_path.chmod(0o500)
    yield tmp_path
    tmp_path.chmod(0o700)


async def test_a_folder_that_may_not_be_written_to_is_told(
    world: World, read_only_folder: Path
) -> None:
    settings = world_settings(f"sqlite:///{read_only_folder}/bot.db")
    assert "may not be written to" in (await finding(world, "database", settings)).words
