"""One state file for a file of prompts: a run with other options does not order it all anew."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from imagining import Ended, Program

from glm_slackbot.engine.not_made import NotMade
from glm_slackbot.engine.state_place import check_no_other, lead_to
from glm_slackbot.sandbox.glm_api import GLMStandIn

BATCH = ("--from-file", "prompts.txt", "--json")


async def first_run(imagine: Program, *options: str) -> Ended:
    (imagine.folder / "prompts.txt").write_text("a fox\n")
    ended = await imagine.run(*BATCH, *options)
    assert (ended.code, ended.stderr) == (0, "")
    return ended


@pytest.mark.parametrize(
    ("first", "state", "second"),
    [
        (["--save", "out"], "out/prompts.txt.state.jsonl", ["--save", "other"]),
        (["--output", "a.jsonl"], "a.jsonl.state.jsonl", ["--output", "b.jsonl"]),
        (["--output", "a.jsonl"], "a.jsonl.state.jsonl", ["--save", "out"]),
        ([], "prompts.txt.state.jsonl", ["--save", "out"]),
    ],
)
async def test_other_options_than_last_time_order_nothing_anew(
    imagine: Program, glm: GLMStandIn, first: list[str], state: str, second: list[str]
) -> None:
    await first_run(imagine, *first)
    ended = await imagine.run(*BATCH, *second)
    assert (ended.code, ended.error["code"], len(glm.purchases)) == (2, "INVALID_ARGUMENT", 1)
    for words in (
        f"state file at {state}",
        "To go on",
        "To order all of it anew",
        "remove prompts.txt.state.jsonl",
    ):
        assert words in ended.error["message"]
    assert (await imagine.run(*BATCH, *first)).code == 0
    assert len(glm.purchases) == 1


async def test_without_options_the_link_beside_the_prompts_is_followed(
    imagine: Program, glm: GLMStandIn
) -> None:
    made = await first_run(imagine, "--save", "out")
    again = await imagine.run(*BATCH)
    assert (again.stdout, len(glm.purchases)) == (made.stdout, 1)
    assert os.readlink(imagine.folder / "prompts.txt.state.jsonl") == "out/prompts.txt.state.jsonl"


@pytest.mark.parametrize("save", ["out", "other"])
async def test_a_state_file_that_is_away_stops_it_until_its_link_is_removed(
    imagine: Program, glm: GLMStandIn, save: str
) -> None:
    await first_run(imagine, "--save", "out")
    (imagine.folder / "out").rename(imagine.folder / "unmounted")
    ended = await imagine.run(*BATCH, "--save", save)
    assert (ended.code, len(glm.purchases)) == (2, 1)
    assert "remove the link prompts.txt.state.jsonl" in ended.error["message"]
    (imagine.folder / "prompts.txt.state.jsonl").unlink()
    assert (await imagine.run(*BATCH, "--save", save)).code == 0
    assert len(glm.purchases) == 2


async def test_a_link_that_leads_to_itself_is_no_reason_to_buy(
    imagine: Program, glm: GLMStandIn
) -> None:
    (imagine.folder / "prompts.txt").write_text("a fox\n")
    (imagine.folder / "prompts.txt.state.jsonl").symlink_to("prompts.txt.state.jsonl")
    for options in ([], ["--save", "out"]):
        assert (await imagine.run(*BATCH, *options)).code == 2
    assert glm.purchases == []


async def test_a_state_file_that_was_moved_is_gone_on_with(
    imagine: Program, glm: GLMStandIn
) -> None:
    await first_run(imagine, "--save", "out")
    (imagine.folder / "out/prompts.txt.state.jsonl").rename(imagine.folder / "b.jsonl.state.jsonl")
    for _ in range(2):
        assert (await imagine.run(*BATCH, "--output", "b.jsonl")).code == 0
    assert len(glm.purchases) == 1
    assert os.readlink(imagine.folder / "prompts.txt.state.jsonl") == "b.jsonl.state.jsonl"


def test_of_two_runs_at_once_the_second_sees_the_link_of_the_first(tmp_path: Path) -> None:
    prompts, used, other = (tmp_path / name for name in ("prompts.txt", "a", "b"))
    for path in (prompts, used, other):
        path.touch()
    assert lead_to(used, prompts)
    assert lead_to(used, prompts)
    with pytest.raises(NotMade):
        lead_to(other, prompts)


def test_a_folder_that_takes_no_link_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_args: object, **_more: object) -> None:
        raise PermissionError(13, "Permission denied")

    (tmp_path / "prompts.txt").touch()
    monkeypatch.setattr(os, "symlink", refuse)
    assert not lead_to(tmp_path / "out", tmp_path / "prompts.txt")
    assert lead_to(tmp_path / "out", Path("/dev/null"))


def test_a_state_file_in_the_save_folder_is_found_without_a_link(tmp_path: Path) -> None:
    (tmp_path / "prompts.txt.state.jsonl").touch()
    prompts = tmp_path / "lists" / "prompts.txt"
    with pytest.raises(NotMade):
        check_no_other(tmp_path / "told.state.jsonl", prompts, tmp_path)
    check_no_other(tmp_path / "prompts.txt.state.jsonl", prompts, tmp_path)
