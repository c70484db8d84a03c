"""What keeps ``serve`` from starting is one line that names its variable; never a traceback."""

from __future__ import annotations

import errno
import socket
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from databases import PostgresServer, postgres_running, url_of
from doctoring import command

from glm_slackbot.app.settings_reading import settings_without_environment
from glm_slackbot.app.start_faults import StartFault, named_by_variable
from glm_slackbot.storage.migrations import HEAD

# Without a network Slack does not answer, and the start goes on.
ENOUGH = {
    "SLACK_BOT_TOKEN": "xoxb-1",
    "SLACK_SIGNING_SECRET": "signing-secret",
    "GLM_SLACKBOT_HOST": "127.0.0.1",
}


def told(folder: Path, code: int, **variables: str) -> str:
    ended = command("serve", folder, ENOUGH | variables)
    assert ended.returncode == code, ended.stderr
    lines = [line for line in ended.stderr.splitlines() if line.startswith("glm-slackbot: ")]
    assert len(lines) == 1, ended.stderr
    assert "Traceback" not in ended.stderr
    assert "geheim" not in ended.stderr
    return lines[0].removeprefix("glm-slackbot: ")


# ---- found before anything is opened


@pytest.mark.parametrize(
    ("variable", "value", "words"),
    [
        ("GLM_SLACKBOT_HOST", "nonsense..host", " is 'nonsense..host'; it can be an address"),
        ("HTTPS_PROXY", "ftp://bot:geheim@foo", " is no proxy that can be used; it can be"),
        ("SSL_CERT_FILE", "/nonexistent.pem", ": /nonexistent.pem cannot be read (No such file"),
        ("DATABASE_URL", "sqlite:////nonexistent/x.db", ": the folder /nonexistent is missing"),
        ("DATABASE_URL", "postgres://u:geheim@h/d?sslmode=no-verify", " has an unknown sslmode"),
    ],
)
def test_a_setting_that_cannot_work_ends_serve_before_it_starts(
    tmp_path: Path, variable: str, value: str, words: str
) -> None:
    assert told(tmp_path, 2, **{variable: value}).startswith(variable + words)
    assert list(tmp_path.iterdir()) == []


# ---- learned at the start


def test_a_port_in_use_is_told(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        line = told(tmp_path, 2, PORT=str(taken.getsockname()[1]))
    assert line.startswith("PORT: ")
    assert "address already in use; stop what uses it, or set another" in line


def test_an_address_of_another_machine_is_told(tmp_path: Path) -> None:
    line = told(tmp_path, 2, GLM_SLACKBOT_HOST="192.0.2.1")
    assert line.startswith("GLM_SLACKBOT_HOST is '192.0.2.1': ")


def test_a_host_that_nobody_knows_is_told(tmp_path: Path) -> None:
    line = told(tmp_path, 2, GLM_SLACKBOT_HOST="nowhere.invalid")
    assert line.startswith("GLM_SLACKBOT_HOST is 'nowhere.invalid': ")


@pytest.mark.parametrize("address", ["127.0.0.1:1", "nowhere.invalid"])
def test_a_postgres_that_is_away_is_told(tmp_path: Path, address: str) -> None:
    line = told(tmp_path, 1, DATABASE_URL=f"postgres://bot:geheim@{address}/rows")
    host = address.split(":")[0]
    assert line.startswith(f"DATABASE_URL: PostgreSQL at {host}, database rows: [Errno ")


@pytest.fixture(scope="module")
def postgres() -> Iterator[PostgresServer]:
    with postgres_running() as server:
        yield server


async def test_what_postgres_refuses_is_a_mistake_of_the_address(
    postgres: PostgresServer, tmp_path: Path
) -> None:
    address = await postgres.empty()
    url = url_of(address)
    for mistaken, words in (
        (url.replace("/test_", "/other_"), "does not exist"),
        (f"{url}&sslmoed=verify-full", 'unrecognized configuration parameter "sslmoed"'),
        (f"{url}&target_session_attrs=bogus", "target_session_attrs"),
    ):
        line = told(tmp_path, 2, DATABASE_URL=mistaken)
        assert line.startswith("DATABASE_URL: PostgreSQL at ")
        assert words in line
    await postgres.drop(address)


def test_a_database_of_a_newer_program_is_told_with_the_way_back(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "glm_slackbot.db")
    connection.execute("CREATE TABLE alembic_version (version_num TEXT)")
    connection.execute("INSERT INTO alembic_version VALUES ('0099')")
    connection.commit()
    connection.close()
    assert told(tmp_path, 1) == (
        f"DATABASE_URL: SQLite file glm_slackbot.db: schema 0099 is newer than this program's, "
        f"{HEAD}; deploy the newer version again, or restore a backup"
    )


@pytest.mark.parametrize(
    ("fault", "line"),
    [
        (OSError("could not bind on any address out of [('192.0.2.1', 1)]"), "GLM_SLACKBOT_HOST "),
        (OSError(errno.EACCES, "error while attempting to bind: permission denied"), "PORT: "),
        (PermissionError(errno.EACCES, "Permission denied", "/rows/bot.db.lock"), "DATABASE_URL: "),
    ],
)
def test_a_fault_of_the_system_is_traced_to_its_variable(fault: OSError, line: str) -> None:
    settings = settings_without_environment(database_url="sqlite:////rows/bot.db")
    with pytest.raises(StartFault) as caught, named_by_variable(settings):
        raise fault
    assert str(caught.value).startswith(line)
    assert caught.value.is_mistake


@pytest.mark.parametrize("url", ["sqlite:////rows/bot.db", "postgres://h/rows"])
@pytest.mark.parametrize(
    "fault", [OSError(errno.ENOSPC, "no space"), FileNotFoundError(errno.ENOENT, "none", "/tmp")]
)
def test_a_fault_of_the_system_that_no_variable_has_made_passes(url: str, fault: OSError) -> None:
    settings = settings_without_environment(database_url=url)
    with pytest.raises(type(fault)) as caught, named_by_variable(settings):
        raise fault
    assert caught.value is fault
