"""Outputs that cannot be written, or that would be written over something else."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import pytest
from imagining import Program
from shell import in_shell

from glm_slackbot.sandbox.glm_api import GLMStandIn


@pytest.mark.parametrize("arguments", ["'a fox'", "--from-file prompts.txt"])
async def test_a_report_that_cannot_be_written_is_told(
    imagine: Program, glm: GLMStandIn, arguments: str
) -> None:
    (imagine.folder / "prompts.txt").write_text("a fox\n")
    ended = await in_shell(imagine, f"{arguments} > /dev/full")
    assert (ended.code, "No space left" in ended.stderr) == (1, True)
    assert (imagine.folder / "a-fox.png").exists()


async def test_wrong_use_keeps_its_code_where_its_object_cannot_be_written(
    imagine: Program,
) -> None:
    ended = await in_shell(imagine, "a fox --json > /dev/full")
    assert (ended.code, "unexpected extra argument" in ended.stderr) == (2, True)


async def test_json_without_a_standard_output_buys_nothing(
    imagine: Program, glm: GLMStandIn
) -> None:
    ended = await in_shell(imagine, "'a fox' --json >&-")
    assert (ended.code, "standard output is closed" in ended.stderr) == (2, True)
    assert glm.requests == []


async def test_without_a_standard_error_it_works_all_the_same(imagine: Program) -> None:
    ended = await in_shell(imagine, "'a fox' --json 2>&-")
    assert (ended.code, ended.object["ok"]) == (0, True)


def lead_to(folder: Path) -> None:
    """Names that are no good for an output."""
    (folder / "sub").mkdir()
    (folder / "prompts.txt").write_text("a fox\n")
    (folder / "link").symlink_to("prompts.txt")
    (folder / "fox.png").write_text("mine")
    os.mkfifo(folder / "pipe")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["a fox", "--output", ""], "needs a name"),
        (["a fox", "--output", "pipe"], "not a regular file"),
        (["a fox", "--output", "cat.png", "--save", "sub/../cat.png"], "--save"),
        (["a fox", "--output", "fox.png", "--save", "fox.png"], "--save"),
        (["--from-file", "prompts.txt", "--output", ""], "needs a name"),
        (["--from-file", "prompts.txt", "--output", "sub/../prompts.txt"], "--from-file"),
        (["--from-file", "prompts.txt", "--output", "link"], "--from-file"),
    ],
)
async def test_an_output_that_is_no_file_of_its_own_is_wrong_use(
    imagine: Program, glm: GLMStandIn, arguments: list[str], words: str
) -> None:
    lead_to(imagine.folder)
    ended = await imagine.run(*arguments, "--json")
    assert (ended.code, ended.error["code"]) == (2, "INVALID_ARGUMENT")
    assert words in ended.error["message"]
    assert glm.requests == []
    assert (imagine.folder / "prompts.txt").read_text() == "a fox\n"
    assert (imagine.folder / "fox.png").read_text() == "mine"
    assert stat.S_ISFIFO((imagine.folder / "pipe").lstat().st_mode)


async def test_an_output_has_the_usual_mode_and_a_link_stays_one(imagine: Program) -> None:
    (imagine.folder / "link.json").symlink_to("there.json")
    ended = await imagine.run("a fox", "--json", "--output", "link.json")
    there = imagine.folder / "there.json"
    usual = os.umask(0)
    os.umask(usual)
    assert json.loads(there.read_text()) == ended.object
    assert (imagine.folder / "link.json").is_symlink()
    assert there.stat().st_mode & 0o777 == 0o666 & ~usual


@pytest.mark.parametrize("name", ["x" * 252 + ".png", "x" * 251 + ".png", "x" * 300])
async def test_a_name_that_no_disk_takes_is_known_before_anything_is_bought(
    imagine: Program, glm: GLMStandIn, name: str
) -> None:
    ended = await imagine.run("a fox", "--json", "--save", name)
    assert (ended.code, ended.error["code"]) == (2, "INVALID_ARGUMENT")
    assert "name too long" in ended.error["message"]
    assert glm.requests == []


async def test_a_prompt_that_begins_with_a_dash_is_told_the_way(imagine: Program) -> None:
    ended = await imagine.run("-a fox", "--json")
    assert (ended.code, ended.error["code"]) == (2, "INVALID_ARGUMENT")
    assert "behind --" in ended.error["message"]
    assert (await imagine.run("--json", "--", "-a fox --n 1")).object["prompt"] == "-a fox"
