"""``imagine --from-file``: lines, the table, JSON, and where the state file is."""

from __future__ import annotations

import pytest
from imagining import Program, until

from glm_slackbot.sandbox import glm_weather
from glm_slackbot.sandbox.glm_api import GLMStandIn


def write(imagine: Program, *lines: str) -> None:
    (imagine.folder / "prompts.txt").write_text("\n".join(lines), "utf-8")


async def test_a_line_is_a_prompt_with_its_flags(imagine: Program, glm: GLMStandIn) -> None:
    write(
        imagine, "\ufeffa fox --ar 16:9", "", "# a comment", '  一只猫 --no "狗"', "a cat --n 2\r"
    )
    ended = await imagine.run("--from-file", "prompts.txt", "--json", "--save", "out")
    assert (ended.code, ended.stderr) == (0, "")
    assert [(one["prompt"], one["size"]) for one in ended.objects] == [
        ("a fox", "1728x960"),
        ("一只猫", "1280x1280"),
        ("a cat", "1280x1280"),
        ("a cat", "1280x1280"),
    ]
    assert len({one["saved_file"] for one in ended.objects}) == len(glm.purchases) == 4


async def test_options_hold_for_lines_that_do_not_say_otherwise(imagine: Program) -> None:
    write(imagine, "a fox", "a cat --size 1024x1024", "a cow --ar 1:1")
    ended = await imagine.run("--from-file", "prompts.txt", "--json", "--ar", "9:16")
    assert [one["size"] for one in ended.objects] == ["960x1728", "1024x1024", "1280x1280"]


async def test_it_ends_with_a_table_and_the_sum(imagine: Program, glm: GLMStandIn) -> None:
    write(imagine, "a fox", "a cat --size 3", "a \x1b[31mcow[/red]")
    glm.weather.next(glm_weather.Plan(), glm_weather.error("1301"))
    ended = await imagine.run("--from-file", "prompts.txt", "--save", "out", "--concurrency", "1")
    assert ended.code == 1
    for words in ("a fox", "done", "out/a-fox.png", "INVALID_SIZE", "1301", "[31mcow[/red]"):
        assert words in ended.stdout
    assert ended.stdout.endswith("1 of 3 done, 0.015 USD by the price list\n")
    assert "line 2: INVALID_SIZE, not charged" in ended.stderr
    assert "\x1b" not in ended.stdout + ended.stderr


@pytest.mark.parametrize(
    ("arguments", "place"),
    [
        (["--output", "told.jsonl", "--save", "out"], "told.jsonl.state.jsonl"),
        (["--save", "out"], "out/prompts.txt.state.jsonl"),
        ([], "lists/prompts.txt.state.jsonl"),
    ],
)
async def test_the_state_file_is_where_it_is_looked_for(
    imagine: Program, arguments: list[str], place: str
) -> None:
    (imagine.folder / "lists").mkdir()
    (imagine.folder / "lists/prompts.txt").write_text("a fox\n")
    await imagine.run("--from-file", "lists/prompts.txt", "--json", *arguments)
    state = imagine.folder / place
    assert state.exists()
    assert state.stat().st_mode & 0o777 == 0o600
    assert not list(imagine.folder.glob("**/.glm-slackbot-*"))


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"\n# nothing\n", "no prompt"), (b"a fox\n\xff\n", "Line 2"), (None, "No such file")],
)
async def test_a_file_without_prompts_is_wrong_use(
    imagine: Program, content: bytes | None, words: str
) -> None:
    if content is not None:
        (imagine.folder / "prompts.txt").write_bytes(content)
    ended = await imagine.run("--from-file", "prompts.txt", "--json")
    assert (ended.code, ended.error["code"]) == (2, "INVALID_ARGUMENT")
    assert words in ended.error["message"]


async def test_many_images_do_not_go_into_one_file(imagine: Program) -> None:
    write(imagine, "a fox")
    ended = await imagine.run("--from-file", "prompts.txt", "--json", "--save", "fox.png")
    assert (ended.code, ended.error["code"]) == (2, "INVALID_ARGUMENT")


async def test_so_many_at_once_as_were_asked_for(imagine: Program, glm: GLMStandIn) -> None:
    write(imagine, *(f"fox {number}" for number in range(6)))
    glm.weather.seconds = 0.3
    ended = await imagine.run("--from-file", "prompts.txt", "--json", "--concurrency", "3")
    assert [one["prompt"] for one in ended.objects] == [f"fox {number}" for number in range(6)]
    assert glm.most_in_flight == 3


async def test_two_runs_at_once_on_one_batch_are_refused(imagine: Program, glm: GLMStandIn) -> None:
    write(imagine, "a fox")
    glm.weather.seconds = 30
    first = await imagine.start("--from-file", "prompts.txt")
    await until(lambda: glm.purchases)
    second = await imagine.run("--from-file", "prompts.txt", "--json")
    first.kill()
    await first.communicate()
    assert (second.code, second.error["code"]) == (2, "INVALID_ARGUMENT")
    assert "Another run" in second.error["message"]
    assert len(glm.purchases) == 1


async def test_files_that_were_not_asked_for_before_are_fetched_and_not_bought(
    imagine: Program, glm: GLMStandIn
) -> None:
    write(imagine, "a fox")
    batch = ("--from-file", "prompts.txt", "--json", "--output", "told.jsonl")
    assert (await imagine.run(*batch)).object["saved_file"] is None
    assert (await imagine.run(*batch, "--save", "out")).object["saved_file"] == "out/a-fox.png"
    assert len(glm.purchases) == 1


async def test_a_mistake_leaves_the_objects_of_an_earlier_run(imagine: Program) -> None:
    write(imagine, "a fox")
    batch = ("--from-file", "prompts.txt", "--output", "told.jsonl")
    first = await imagine.run(*batch, "--json")
    ended = await imagine.run(*batch, "--json", ZAI_API_KEY="")
    assert (ended.code, ended.error["code"]) == (2, "MISSING_API_KEY")
    assert (imagine.folder / "told.jsonl").read_text() == first.stdout


async def test_the_prompts_are_not_written_over(imagine: Program) -> None:
    write(imagine, "a fox")
    ended = await imagine.run("--from-file", "prompts.txt", "--json", "--output", "prompts.txt")
    assert (ended.code, ended.error["code"]) == (2, "INVALID_ARGUMENT")
    assert (imagine.folder / "prompts.txt").read_text() == "a fox"


async def test_batches_with_state_files_of_one_name_do_not_share_what_arrives(
    imagine: Program, glm: GLMStandIn
) -> None:
    for name in "ab":
        (imagine.folder / name).mkdir()
        (imagine.folder / name / "prompts.txt").write_text(f"a fox {name}\n")
    glm.weather.next(glm_weather.link_missing(fetches=3))
    first = await imagine.start("--from-file", "a/prompts.txt")
    await until(lambda: [seen for seen in glm.requests if seen.host == "mfile.z.ai"])
    second = await imagine.run("--from-file", "b/prompts.txt")
    assert second.code == 0
    await first.communicate()
    assert first.returncode == 0
    assert sorted(path.name for path in imagine.folder.glob("*.png")) == [
        "a-fox-a.png",
        "a-fox-b.png",
    ]
