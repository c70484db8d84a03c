"""``glm-slackbot imagine``: one image, and some, as scripts and people ask for them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from imagining import BIGMODEL, Program
from PIL import Image

from glm_slackbot.domain.image_models import Provider
from glm_slackbot.sandbox import glm_weather
from glm_slackbot.sandbox.glm_api import TEST_API_KEYS, GLMStandIn

FIELDS = (
    "ok model image_url prompt size quality created content_filter saved_file request_id cost error"
)


async def test_an_image_is_one_object_and_nothing_else(imagine: Program, glm: GLMStandIn) -> None:
    ended = await imagine.run("a fox", "--ar", "16:9", "--save", "fox.png", "--json")
    made = ended.object
    assert (ended.code, ended.stderr) == (0, "")
    assert list(made) == FIELDS.split()
    assert (made["ok"], made["model"], made["size"]) == (True, "glm-image", "1728x960")
    assert (made["prompt"], made["quality"], made["error"]) == ("a fox", "hd", None)
    assert made["image_url"].startswith("https://mfile.z.ai/")
    assert made["cost"] == {"amount": 0.015, "currency": "USD"}
    assert made["created"] > 1_700_000_000
    assert made["request_id"] == glm.purchases[0].request_id
    with Image.open(imagine.folder / made["saved_file"]) as image:
        assert image.size == (1728, 960)


async def test_a_person_gets_a_short_report_and_the_file(imagine: Program) -> None:
    ended = await imagine.run("a fox --size 1024x1024")
    assert ended.code == 0
    assert ended.stdout.splitlines()[0] == "Image:  a fox"
    for words in ("Link:   https://", "expires", "Size:   1024x1024", "Cost:   0.015 USD"):
        assert words in ended.stdout
    assert "Saved:  a-fox.png" in ended.stdout
    assert [path.name for path in imagine.folder.iterdir()] == ["a-fox.png"]


async def test_with_json_nothing_is_saved_that_was_not_asked_for(
    imagine: Program, glm: GLMStandIn
) -> None:
    ended = await imagine.run("a fox", "--json")
    assert ended.object["saved_file"] is None
    assert list(imagine.folder.iterdir()) == []
    assert not [seen for seen in glm.requests if seen.host == "mfile.z.ai"]


async def test_both_providers_by_their_keys(imagine: Program, glm: GLMStandIn) -> None:
    imagine.keys = BIGMODEL
    ended = await imagine.run("一只狐狸", "--model", "cogview-4", "--json")
    made = ended.object
    assert (ended.code, made["cost"]) == (0, {"amount": 0.06, "currency": "CNY"})
    assert (made["content_filter"], made["quality"]) == (3, "standard")
    assert "一只狐狸" in ended.stdout
    assert glm.purchases[0].provider is Provider.BIGMODEL


@pytest.mark.parametrize(
    ("arguments", "path"),
    [
        ([], "/async/images/generations"),
        (["--async"], "/async/images/generations"),
        (["--sync"], "/images/generations"),
        (["--model", "cogview-4-250304"], "/images/generations"),
    ],
)
async def test_the_endpoint_is_as_asked_else_by_the_model(
    imagine: Program, glm: GLMStandIn, arguments: list[str], path: str
) -> None:
    ended = await imagine.run("a fox", "--json", *arguments)
    assert ended.code == 0
    assert glm.requests[0].path == f"/api/paas/v4{path}"


async def test_all_that_is_asked_for_is_sent(imagine: Program, glm: GLMStandIn) -> None:
    await imagine.run(
        *("a fox", "--style", "watercolor", "--no", "people, text", "--no-watermark"),
        *("--user-id", "user-1f3a9c", "--quality", "hd", "--model", "cogview-4-250304", "--json"),
    )
    sent: dict[str, Any] = json.loads(glm.requests[0].body)
    assert sent["prompt"] == "a fox, watercolor painting style, soft washes, without people, text"
    assert (sent["user_id"], sent["quality"]) == ("user-1f3a9c", "hd")
    assert sent["watermark_enabled"] is False


@pytest.mark.parametrize(
    "prompt", ['a "quoted"\nfox\n\nin the snow', "it's – “so” \\ $HOME `x`", "{}\t[red]x[/red] %s"]
)
async def test_newlines_and_quotes_stay_as_they_are(
    imagine: Program, glm: GLMStandIn, prompt: str
) -> None:
    ended = await imagine.run(prompt, "--json", "--save", "out/")
    assert ended.object["prompt"] == prompt
    assert glm.purchases[0].prompt == prompt
    assert (await imagine.run(prompt, "--save", "out/")).code == 0


async def test_many_images_are_one_order_and_one_object_each(
    imagine: Program, glm: GLMStandIn
) -> None:
    ended = await imagine.run("a fox", "--n", "3", "--json", "--save", "fox.png")
    assert sorted(one["saved_file"] for one in ended.objects) == [
        "fox-2.png",
        "fox-3.png",
        "fox.png",
    ]
    assert len({one["request_id"] for one in ended.objects}) == len(glm.purchases) == 3


async def test_some_failed_is_exit_code_1_and_each_has_its_object(
    imagine: Program, glm: GLMStandIn
) -> None:
    glm.weather.next(glm_weather.Plan(), glm_weather.error("1301"))
    ended = await imagine.run("a fox", "--n", "2", "--concurrency", "1", "--json")
    assert ended.code == 1
    assert [one["ok"] for one in ended.objects] == [True, False]


async def test_a_file_is_named_by_its_real_type_and_none_is_written_over(
    imagine: Program, glm: GLMStandIn
) -> None:
    glm.weather.always(glm_weather.jpeg_as_png())
    (imagine.folder / "fox.jpg").write_text("mine")
    ended = await imagine.run("a fox", "--save", "fox.png", "--json")
    assert ended.object["saved_file"] == "fox-2.jpg"
    assert (imagine.folder / "fox.jpg").read_text() == "mine"
    again = await imagine.run("a fox", "--save", "fox-2.jpg", "--json")
    assert (again.code, again.error["code"]) == (2, "INVALID_ARGUMENT")
    assert "not overwritten" in again.error["message"]
    assert len(glm.purchases) == 1


async def test_output_is_a_file_with_the_same_objects(imagine: Program) -> None:
    ended = await imagine.run("a fox", "--n", "2", "--json", "--output", "out.jsonl")
    assert (imagine.folder / "out.jsonl").read_text() == ended.stdout
    assert [path.name for path in imagine.folder.iterdir()] == ["out.jsonl"]


async def test_the_output_may_be_in_the_folder_of_the_images(imagine: Program) -> None:
    ended = await imagine.run("a fox", "--json", "--save", "out", "--output", "out/made.json")
    assert (ended.code, ended.object["saved_file"]) == (0, "out/a-fox.png")
    assert json.loads((imagine.folder / "out/made.json").read_text()) == ended.object


async def test_output_tells_of_a_mistake_too(imagine: Program) -> None:
    ended = await imagine.run("a fox --bogus", "--json", "--output", "out.json")
    assert ended.code == 2
    assert json.loads((imagine.folder / "out.json").read_text()) == ended.object


async def test_a_key_can_come_by_the_input(imagine: Program, glm: GLMStandIn) -> None:
    imagine.keys = {"ZAI_API_KEY": "another.key"}
    secret = TEST_API_KEYS[Provider.BIGMODEL]
    ended = await imagine.run(
        "a fox", "--json", "--key-stdin", "--provider", "bigmodel", typed=f"{secret}\n"
    )
    assert ended.code == 0
    assert glm.purchases[0].provider is Provider.BIGMODEL


async def test_a_busy_provider_is_waited_out(imagine: Program, glm: GLMStandIn) -> None:
    glm.weather.next(glm_weather.error("1302"))
    ended = await imagine.run("a fox", "--json", "--timeout", "20")
    assert (ended.code, len(glm.purchases)) == (0, 1)


async def test_a_possibly_sensitive_image_comes_with_a_word(
    imagine: Program, glm: GLMStandIn
) -> None:
    glm.weather.always(glm_weather.filtered(2))
    ended = await imagine.run("a fox", "--sync", "--size", "512x512")
    assert "possibly sensitive" in ended.stdout
    assert "One side is under 1024 pixels" in ended.stdout
