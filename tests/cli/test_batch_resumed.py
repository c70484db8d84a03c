"""A batch that was killed goes on where it stopped, and buys nothing twice."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from imagining import BIGMODEL, Program, until

from glm_slackbot.sandbox import glm_weather
from glm_slackbot.sandbox.glm_api import GLMStandIn

BATCH = ("--from-file", "prompts.txt", "--json", "--save", "out", "--concurrency", "1")


def state_of(imagine: Program) -> Path:
    return imagine.folder / "out" / "prompts.txt.state.jsonl"


def write(imagine: Program, *lines: str) -> None:
    (imagine.folder / "prompts.txt").write_text("\n".join(lines), "utf-8")


def images(imagine: Program) -> list[str]:
    return sorted(path.name for path in (imagine.folder / "out").glob("*.png"))


def posts(glm: GLMStandIn) -> int:
    return len([seen for seen in glm.requests if seen.method == "POST"])


def noted(imagine: Program, event: str) -> Callable[[], Any]:
    """Whether the state file tells of this."""
    state = state_of(imagine)
    return lambda: state.exists() and f'"event": "{event}"' in state.read_text()


async def killed_when(imagine: Program, condition: Callable[[], Any]) -> None:
    """SIGKILL as soon as it is true."""
    process = await imagine.start(*BATCH)
    await until(condition)
    process.kill()
    await process.communicate()


async def test_killed_while_the_order_is_out_it_is_unsure_and_not_ordered_again(
    imagine: Program, glm: GLMStandIn
) -> None:
    write(imagine, "a fox --model cogview-4-250304", "a cat")
    glm.weather.next(glm_weather.slow(30))
    await killed_when(imagine, lambda: glm.purchases)
    for _ in range(2):
        ended = await imagine.run(*BATCH)
        fox, cat = ended.objects
        assert (ended.code, fox["error"]["code"], cat["ok"]) == (1, "UNSURE", True)
        assert fox["cost"] is not None
    assert posts(glm) == 2


async def test_killed_while_the_task_runs_it_is_polled(imagine: Program, glm: GLMStandIn) -> None:
    write(imagine, "a fox")
    glm.weather.seconds = 1.0
    await killed_when(imagine, noted(imagine, "task"))
    ended = await imagine.run(*BATCH)
    assert (ended.code, ended.object["ok"], images(imagine)) == (0, True, ["a-fox.png"])
    assert posts(glm) == 1


@pytest.mark.parametrize("model", ["glm-image", "cogview-4-250304"])
async def test_killed_while_it_is_fetched_it_is_fetched_again(
    imagine: Program, glm: GLMStandIn, model: str
) -> None:
    write(imagine, f"a fox --model {model}")
    glm.weather.always(glm_weather.link_missing(fetches=3))
    await killed_when(imagine, noted(imagine, "made"))
    ended = await imagine.run(*BATCH)
    assert (ended.code, images(imagine)) == (0, ["a-fox.png"])
    assert len(glm.purchases) == posts(glm) == 1


async def test_killed_while_the_provider_is_busy_nothing_was_bought(
    imagine: Program, glm: GLMStandIn
) -> None:
    write(imagine, "a fox")
    glm.weather.next(glm_weather.error("1302"))
    await killed_when(imagine, noted(imagine, "not_made"))
    ended = await imagine.run(*BATCH)
    assert (ended.code, len(glm.purchases)) == (0, 1)


@pytest.mark.parametrize("model", ["glm-image", "cogview-4-250304"])
async def test_killed_at_any_line_of_the_state_file_or_in_it(
    imagine: Program, glm: GLMStandIn, model: str
) -> None:
    write(imagine, f"a fox --model {model}")
    assert (await imagine.run(*BATCH)).code == 0
    lines = state_of(imagine).read_bytes().splitlines(keepends=True)
    events = [json.loads(line)["event"] for line in lines]
    for position in range(1, len(lines)):
        torn = lines[position][: len(lines[position]) // 2]
        state_of(imagine).write_bytes(b"".join(lines[:position]) + torn)
        if "saving" not in events[:position]:
            (imagine.folder / "out" / "a-fox.png").unlink(missing_ok=True)
        ended = await imagine.run(*BATCH)
        is_unsure = events[:position] == ["intent"]
        assert ended.code == (4 if is_unsure else 0), events[:position]
        assert images(imagine) == ([] if is_unsure else ["a-fox.png"])
    assert len(glm.purchases) == posts(glm) == 1


@pytest.mark.parametrize(("held", "name"), [(b"", "a-fox.png"), (b"mine", "a-fox-2.png")])
async def test_killed_after_a_name_was_claimed_it_takes_its_own_claim_and_no_other_file(
    imagine: Program, glm: GLMStandIn, held: bytes, name: str
) -> None:
    write(imagine, "a fox")
    assert (await imagine.run(*BATCH)).code == 0
    state = state_of(imagine)
    state.write_bytes(b"".join(state.read_bytes().splitlines(keepends=True)[:-1]))
    (imagine.folder / "out" / "a-fox.png").write_bytes(held)
    ended = await imagine.run(*BATCH)
    assert (ended.object["saved_file"], posts(glm)) == (f"out/{name}", 1)
    assert (imagine.folder / "out" / "a-fox.png").read_bytes() == held or not held


async def test_lines_are_known_by_what_they_ask_for(imagine: Program, glm: GLMStandIn) -> None:
    write(imagine, "a fox", "a cat", "a fox")
    await imagine.run(*BATCH)
    write(imagine, "a new cow", "a fox --n 3", "# a cat")
    ended = await imagine.run(*BATCH)
    assert [one["prompt"] for one in ended.objects] == ["a new cow", "a fox", "a fox", "a fox"]
    assert [bought.prompt for bought in glm.purchases] == [
        *("a fox", "a cat", "a fox"),
        *("a new cow", "a fox"),
    ]
    assert "2 done before" in ended.stderr
    assert "1 known that no line asks for" in ended.stderr


@pytest.mark.parametrize(
    ("plan", "code"),
    [
        (glm_weather.error("1301"), "1301"),
        (glm_weather.filtered(0), "content_filter"),
        (glm_weather.fails(), "FAIL"),
        (glm_weather.lost_after_billing(), "UNSURE"),
    ],
)
async def test_what_was_refused_or_may_be_charged_is_told_again_and_not_ordered_again(
    imagine: Program, glm: GLMStandIn, plan: glm_weather.Plan, code: str
) -> None:
    write(imagine, "a fox")
    glm.weather.next(plan)
    codes = [(await imagine.run(*BATCH)).error["code"] for _ in range(2)]
    assert codes == [code, code]
    assert posts(glm) == 1


async def test_what_was_surely_not_bought_is_ordered_in_the_next_run(
    imagine: Program, glm: GLMStandIn
) -> None:
    write(imagine, "a fox")
    glm.weather.next(glm_weather.error("1113"))
    assert (await imagine.run(*BATCH)).code == 4
    assert (await imagine.run(*BATCH)).code == 0
    assert len(glm.purchases) == 1


async def test_an_order_at_the_other_provider_waits_for_its_api_key(
    imagine: Program, glm: GLMStandIn
) -> None:
    write(imagine, "a fox")
    glm.weather.next(glm_weather.slow(1))
    await killed_when(imagine, noted(imagine, "task"))
    keys, imagine.keys = imagine.keys, BIGMODEL
    other = await imagine.run(*BATCH)
    assert (other.error["code"], other.object["cost"]["currency"]) == ("UNSURE", "USD")
    assert "api.z.ai" in other.error["message"]
    imagine.keys = keys
    assert (await imagine.run(*BATCH)).code == 0
    assert posts(glm) == 1


@pytest.mark.parametrize("damage", ['{"event": "intent"}\n', "nonsense\n", "[1]\n"])
async def test_a_damaged_state_file_stops_it_before_anything_is_bought(
    imagine: Program, glm: GLMStandIn, damage: str
) -> None:
    write(imagine, "a fox")
    state_of(imagine).parent.mkdir()
    state_of(imagine).write_text(damage)
    ended = await imagine.run(*BATCH)
    assert (ended.code, ended.error["code"]) == (2, "INVALID_ARGUMENT")
    assert "line 1 is not one of ours" in ended.error["message"]
    assert glm.requests == []


async def test_lines_that_do_not_fit_together_stop_it_too(
    imagine: Program, glm: GLMStandIn
) -> None:
    write(imagine, "a fox")
    assert (await imagine.run(*BATCH)).code == 0
    lines = state_of(imagine).read_text().splitlines()
    end = json.loads(lines[-1]) | {"outcome": {}}
    state_of(imagine).write_text("\n".join([*lines[:-1], json.dumps(end), ""]))
    ended = await imagine.run(*BATCH)
    assert (ended.code, ended.error["code"]) == (2, "INVALID_ARGUMENT")
    assert posts(glm) == 1


async def test_what_was_unsure_for_another_reason_keeps_its_reason(
    imagine: Program, glm: GLMStandIn
) -> None:
    write(imagine, "a fox")
    glm.weather.next(glm_weather.lost_after_billing())
    told = [(await imagine.run(*BATCH)).error["message"] for _ in range(2)]
    assert told[0] == told[1]
    assert "no answer to it could be read" in told[1]
