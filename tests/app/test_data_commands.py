"""``export`` and ``forget``, each in a process of its own, beside one that serves."""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from doctoring import command
from factories import new_job
from peek import rows
from sqlalchemy import insert, update

from glm_slackbot.domain.job import JobStatus
from glm_slackbot.storage.entries import image_values, job_values
from glm_slackbot.storage.tables import images, jobs

BotStarter = Callable[..., Any]


@pytest.fixture
async def serving(url: str, start_bot: BotStarter) -> Any:
    """A bot, and a request of U1's that is delivered."""
    async with start_bot(database_url=url) as bot:
        entry = new_job(prompt="=a 狐狸", model="+x", created_at=1.75e9, n=2)
        ended = {**job_values(entry), "status": JobStatus.DELIVERED}
        async with bot.services.database.write() as connection:
            await connection.execute(insert(jobs).values(**ended))
            await connection.execute(insert(images), [image_values(entry, n) for n in range(2)])
        yield bot


@pytest.mark.usefixtures("serving")
def test_export_writes_lines_of_json(url: str, tmp_path: Path) -> None:
    arguments = ("--workspace", "T1", "--since", "2025-06-15", "--with-prompts")
    ended = command("export", tmp_path, {"DATABASE_URL": url}, *arguments)
    (line,) = ended.stdout.splitlines()
    assert (ended.returncode, ended.stderr) == (0, "")
    assert json.loads(line)["prompt"] == "=a 狐狸"


@pytest.mark.usefixtures("serving")
def test_export_writes_a_csv_without_prompts_and_without_formulas(url: str, tmp_path: Path) -> None:
    arguments = ("--workspace", "T1", "--format", "csv")
    ended = command("export", tmp_path, {"DATABASE_URL": url}, *arguments)
    (row,) = csv.DictReader(io.StringIO(ended.stdout))
    assert (row["model"], row["images"], row["cost_cny"]) == ("'+x", "2", "0.200000")
    assert "狐狸" not in ended.stdout


@pytest.mark.usefixtures("serving")
def test_export_since_a_later_day_is_empty(url: str, tmp_path: Path) -> None:
    arguments = ("--workspace", "T1", "--since", "2025-06-16")
    assert command("export", tmp_path, {"DATABASE_URL": url}, *arguments).stdout == ""


@pytest.mark.usefixtures("serving")
def test_export_of_an_unknown_workspace_names_those_that_are_there(
    url: str, tmp_path: Path
) -> None:
    ended = command("export", tmp_path, {"DATABASE_URL": url}, "--workspace", "T9")
    assert (ended.returncode, ended.stdout) == (1, "")
    assert "nothing is known of T9; the database has T1" in ended.stderr


async def test_a_cell_with_a_carriage_return_stays_one_cell(
    serving: Any, url: str, tmp_path: Path
) -> None:
    async with serving.services.database.write() as connection:
        await connection.execute(update(jobs).values(prompt="a\rb"))
    arguments = ("--workspace", "T1", "--format", "csv", "--with-prompts")
    ended = command("export", tmp_path, {"DATABASE_URL": url}, *arguments)
    assert '"a\nb"' in ended.stdout  # as text, it is a line's end that is quoted


@pytest.mark.parametrize(
    ("sink", "said"), [("closed", ""), ("/dev/full", "the output is not whole: ")]
)
@pytest.mark.usefixtures("serving")
def test_an_output_that_takes_no_more_ends_the_export(
    url: str, tmp_path: Path, sink: str, said: str
) -> None:
    if sink == "closed":
        reader, writer = os.pipe()
        os.close(reader)
    else:
        writer = os.open(sink, os.O_WRONLY)
    settings = {"DATABASE_URL": url}
    ended = command("export", tmp_path, settings, "--workspace", "T1", stdout=writer)
    os.close(writer)
    assert ended.returncode == 1
    assert ended.stderr.removeprefix("glm-slackbot: ").startswith(said)
    assert len(ended.stderr.splitlines()) == bool(said)


@pytest.mark.parametrize(
    ("name", "arguments", "said"),
    [
        ("export", ("--workspace", "acme"), "app.slack.com/client/T…"),
        ("export", ("--workspace", "T1", "--since", "June"), "'June' does not match the formats"),
        ("forget", ("--user", "@dana"), "Copy member ID"),
        ("forget", ("--workspace", "C1", "--yes"), "app.slack.com/client/T…"),
    ],
)
def test_what_is_no_id_and_no_day_is_refused(
    tmp_path: Path, name: str, arguments: tuple[str, ...], said: str
) -> None:
    ended = command(name, tmp_path, {}, *arguments)
    assert ended.returncode == 2
    assert said in ended.stderr.replace("\n", "")


async def test_forget_asks_and_a_no_changes_nothing(serving: Any, url: str, tmp_path: Path) -> None:
    ended = command("forget", tmp_path, {"DATABASE_URL": url}, "--user", "U1", typed="n\n")
    assert ended.returncode == 1
    assert [r["user_id"] for r in await rows(serving.services.database, jobs)] == ["U1"]


async def test_forget_forgets_and_says_what_is_slacks_to_delete(
    serving: Any, url: str, tmp_path: Path
) -> None:
    ended = command("forget", tmp_path, {"DATABASE_URL": url}, "--user", "U1", "--yes")
    assert (ended.returncode, ended.stderr) == (0, "")
    assert "People forgotten: 1" in ended.stdout
    assert "Slack's to delete" in ended.stdout
    (row,) = await rows(serving.services.database, jobs)
    assert (row["user_id"][:10], row["prompt"]) == ("forgotten-", "")


async def test_forget_says_when_there_is_nobody_to_forget(
    serving: Any, url: str, tmp_path: Path
) -> None:
    ended = command("forget", tmp_path, {"DATABASE_URL": url}, "--user", "U9", "--yes")
    assert ended.returncode == 0
    assert "check the id, or it was done before" in ended.stdout
    assert [r["user_id"] for r in await rows(serving.services.database, jobs)] == ["U1"]


async def test_forget_says_what_is_still_being_worked_on(
    serving: Any, url: str, tmp_path: Path
) -> None:
    async with serving.services.database.write() as connection:
        far = {"closing_due": True, "lease_owner": "another", "lease_until": 9e9}
        await connection.execute(update(jobs).values(**far))
    whom = ("--workspace", "T1", "--yes", "--wait", "0")
    ended = command("forget", tmp_path, {"DATABASE_URL": url}, *whom)
    assert ended.returncode == 1
    assert "Still being worked on: 1" in ended.stdout


def test_forget_wants_to_know_whom(tmp_path: Path) -> None:
    ended = command("forget", tmp_path, {})
    assert ended.returncode == 2
    assert "name whom to forget" in ended.stderr
