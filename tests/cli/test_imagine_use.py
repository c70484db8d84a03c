"""Wrong use and no API key: exit code 2, nothing is sent, and it is told as JSON and as words."""

from __future__ import annotations

import json

import pytest
from imagining import BIGMODEL, ZAI, Program

from glm_slackbot.sandbox.glm_api import GLMStandIn


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["a fox", "--size", "99"], "INVALID_SIZE", "width x height"),
        (["a fox --size 100x100"], "INVALID_SIZE", "--size 512x512"),
        (["a fox", "--size", "1000x1000"], "INVALID_SIZE", "multiple of 32"),
        (["a fox", "--ar", "0:1"], "INVALID_SIZE", "aspect ratio"),
        (["a fox", "--ar", "9:1"], "INVALID_SIZE", "--ar 4:1"),
        (["a fox", "--size", "1024x1024", "--ar", "1:1"], "INVALID_ARGUMENT", "only one"),
        (["a fox --ar 1:1", "--ar", "1:1"], "INVALID_ARGUMENT", "given twice"),
        (["a fox", "--style", " "], "INVALID_ARGUMENT", "needs a value"),
        (["a fox", "--n", "5"], "INVALID_ARGUMENT", "from 1 to 4"),
        (["a fox", "--model", "dall-e"], "INVALID_ARGUMENT", "glm-image"),
        (["a fox", "--model", "cogview-4"], "INVALID_ARGUMENT", "api.z.ai"),
        (["a fox", "--quality", "best"], "INVALID_ARGUMENT", "quality"),
        (["a fox --bogus"], "INVALID_ARGUMENT", "no flag"),
        (["  "], "INVALID_ARGUMENT", "no words"),
        (["x" * 1001], "INVALID_ARGUMENT", "1000"),
        (["a fox", "--async", "--model", "cogview-4-250304"], "INVALID_ARGUMENT", "--sync"),
        (["a fox", "--async", "--sync"], "INVALID_ARGUMENT", "one of them"),
        (["a fox", "--user-id", "short"], "INVALID_ARGUMENT", "6 to 128"),
        (["a fox", "--user-id", "two\nlines"], "INVALID_ARGUMENT", "line breaks"),
        (["a fox", "--save", ""], "INVALID_ARGUMENT", "--save ."),
        (["a fox", "--output", "-"], "INVALID_ARGUMENT", "by --json"),
        (["--from-file", "-"], "INVALID_ARGUMENT", "/dev/stdin"),
        (["a fox", "--timeout", "nan"], "INVALID_ARGUMENT", "range"),
        (["a fox", "--timeout", "0"], "INVALID_ARGUMENT", "range"),
        (["a fox", "--timeout", "soon"], "INVALID_ARGUMENT", "float"),
        (["a fox", "--provider", "openai"], "INVALID_ARGUMENT", "bigmodel"),
        (["a fox", "--key-stdin"], "INVALID_ARGUMENT", "needs --provider"),
        (["a fox", "--bogus"], "INVALID_ARGUMENT", "No such option"),
        (["a", "fox"], "INVALID_ARGUMENT", "unexpected extra argument"),
        ([], "INVALID_ARGUMENT", "PROMPT"),
        (["a fox", "--from-file", "prompts.txt"], "INVALID_ARGUMENT", "either"),
        (["a fox", "--save", "/proc/nowhere/fox.png"], "INVALID_ARGUMENT", "cannot be saved"),
        (["a fox", "--output", "nowhere/out.json"], "INVALID_ARGUMENT", "cannot be written"),
        (["--from-file", "nowhere.txt"], "INVALID_ARGUMENT", "No such file"),
        ([b"a \xff fox".decode("utf-8", "surrogateescape")], "INVALID_ARGUMENT", "UTF-8"),
    ],
)
async def test_wrong_use_is_2_and_told_twice(
    imagine: Program, glm: GLMStandIn, arguments: list[str], code: str, words: str
) -> None:
    ended = await imagine.run(*arguments, "--json")
    assert (ended.code, ended.error["code"], ended.error["status"]) == (2, code, None)
    assert words in ended.error["message"]
    assert words in " ".join(ended.stderr.split())
    assert glm.requests == []


@pytest.mark.parametrize(
    ("keys", "arguments", "code", "words"),
    [
        ({}, [], "MISSING_API_KEY", "ZHIPU_API_KEY (open.bigmodel.cn) or ZAI_API_KEY"),
        (ZAI, ["--provider", "bigmodel"], "MISSING_API_KEY", "ZHIPU_API_KEY is empty"),
        (ZAI, ["--provider", "z.ai", "--key-stdin"], "MISSING_API_KEY", "--key-stdin is empty"),
        (ZAI | BIGMODEL, [], "INVALID_ARGUMENT", "choose by --provider"),
        ({"ZAI_API_KEY": "geheim"}, [], "INVALID_ARGUMENT", "id.secret"),
    ],
)
async def test_an_api_key_is_needed_and_one_only(
    imagine: Program, keys: dict[str, str], arguments: list[str], code: str, words: str
) -> None:
    imagine.keys = keys
    ended = await imagine.run("a fox", "--json", *arguments)
    assert (ended.code, ended.error["code"]) == (2, code)
    assert words in ended.error["message"]
    assert "geheim" not in ended.stdout + ended.stderr


async def test_a_road_that_cannot_be_set_up_is_wrong_use(imagine: Program) -> None:
    ended = await imagine.run("a fox", "--json", SSL_CERT_FILE="nowhere.pem")
    assert (ended.code, ended.error["code"]) == (2, "INVALID_ARGUMENT")
    assert "SSL_CERT_FILE" in ended.error["message"]


@pytest.mark.parametrize(
    "arguments",
    [
        ["a", "fox", "--output", "out.json"],
        ["a fox", "--bogus", "--output=out.json"],
        ["a fox", "--output", "out.json", "--timeout", "soon"],
        ["a fox", "--output", "out.json", "--json=1"],
    ],
)
async def test_what_click_refuses_is_in_the_output_too(
    imagine: Program, arguments: list[str]
) -> None:
    ended = await imagine.run(*arguments)
    told = json.loads((imagine.folder / "out.json").read_text())
    assert (ended.code, told["ok"], told["error"]["code"]) == (2, False, "INVALID_ARGUMENT")
    assert ended.objects == [] or ended.object == told


@pytest.mark.parametrize("output", ["prompts.txt", "told.jsonl"])
async def test_what_click_refuses_takes_the_place_of_nothing(imagine: Program, output: str) -> None:
    for name in ("prompts.txt", "told.jsonl"):
        (imagine.folder / name).write_text("mine")
    ended = await imagine.run("--from-file", "prompts.txt", "--output", output, "--bogus", "--json")
    assert (ended.code, ended.error["code"]) == (2, "INVALID_ARGUMENT")
    assert (imagine.folder / output).read_text() == "mine"


async def test_behind_two_dashes_there_are_no_flags(imagine: Program) -> None:
    ended = await imagine.run("--bogus", "--", "--json", "--output", "out.json")
    assert (ended.code, ended.stdout, list(imagine.folder.iterdir())) == (2, "", [])
