"""What an older program asks for, and what it gets."""

from __future__ import annotations

import base64
import io
import json
import math

import pytest
from PIL import Image

from glm_slackbot.domain.image_models import Provider
from glm_slackbot.sandbox.glm_api import GLMStandIn
from glm_slackbot.sandbox.glm_weather import filtered, jpeg_as_png

from .conftest import Served, ServerStarter


async def test_ping_says_ok_and_what_there_is(served: Served) -> None:
    answer = await served.program.get("/ping")
    assert answer.json() == {
        "status": "ok",
        "version": "1.2.3",
        "provider": "z.ai",
        "models": ["glm-image", "cogview-4-250304"],
    }


async def test_a_prompt_becomes_an_image_in_base64(served: Served, glm: GLMStandIn) -> None:
    answer = await served.ask(prompt="a fox", width=1728, height=960)

    told = answer.json()
    assert answer.headers["Content-Type"] == "application/json"
    assert (answer.status_code, told["prompt"], told["count"]) == (200, "a fox", 1)
    assert set(told) == {"prompt", "images", "count"}
    [image] = told["images"]
    with Image.open(io.BytesIO(base64.b64decode(image["base64"], validate=True))) as opened:
        assert (opened.format, opened.size) == ("PNG", (1728, 960))
    assert len(glm.purchases) == 1


async def test_style_and_what_to_avoid_are_joined_on_as_in_slack(
    served: Served, glm: GLMStandIn
) -> None:
    told = (await served.ask(style="watercolor", negative_prompt="people, text")).json()
    [bought] = glm.purchases
    assert told["prompt"] == "a fox"
    assert bought.prompt == ("a fox, watercolor painting style, soft washes, without people, text")


async def test_a_prompt_is_literal(served: Served, glm: GLMStandIn) -> None:
    prompt = 'a sign that says "--n 4"\n  — and nothing else'
    assert (await served.ask(prompt=prompt)).json()["prompt"] == prompt
    assert [bought.prompt for bought in glm.purchases] == [prompt]


async def test_samples_are_so_many_images_that_are_bought_two_at_once(
    served: Served, glm: GLMStandIn
) -> None:
    glm.weather.seconds = 0.1
    told = (await served.ask(samples=4)).json()
    assert (told["count"], len(told["images"]), len(glm.purchases)) == (4, 4, 4)
    assert glm.most_in_flight == 2


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"width": None, "height": None, "samples": None, "model": None, "style": None},
        {"model": "", "style": " ", "negative_prompt": ""},
        {"model": " GLM-Image ", "width": 1280.0, "height": "1280", "samples": "1"},
        {"steps": 50, "seed": -1, "cfg_scale": 7.5, "unknown": {"a": []}},
    ],
)
async def test_what_is_left_out_is_as_in_slack_and_what_is_unknown_is_ignored(
    served: Served, glm: GLMStandIn, fields: dict[str, object]
) -> None:
    assert (await served.ask(**fields)).status_code == 200
    [bought] = glm.purchases
    assert (bought.model, str(bought.size), bought.prompt) == ("glm-image", "1280x1280", "a fox")


async def test_the_other_models_are_bought_by_generate_and_wait(
    start: ServerStarter, glm: GLMStandIn
) -> None:
    async with start(provider=Provider.BIGMODEL) as served:
        assert (await served.ask(model="cogview-4", width=1024, height=1024)).status_code == 200
    assert [bought.model for bought in glm.purchases] == ["cogview-4"]


async def test_what_a_person_should_know_of_an_image_is_noted(
    served: Served, glm: GLMStandIn
) -> None:
    glm.weather.next(filtered(2))
    told = (await served.ask(width=512, height=512)).json()
    small, questionable = told["notes"]
    assert small.startswith("One side is under 1024 pixels")
    assert "marked image 1 as possibly sensitive" in questionable


async def test_the_bytes_are_the_providers_own(served: Served, glm: GLMStandIn) -> None:
    glm.weather.next(jpeg_as_png())
    [image] = (await served.ask()).json()["images"]
    assert base64.b64decode(image["base64"]).startswith(b"\xff\xd8\xff")


@pytest.mark.parametrize(
    ("fields", "code", "words"),
    [
        ({"prompt": " "}, "INVALID_ARGUMENT", "There are no words to draw from."),
        ({"prompt": None}, "INVALID_ARGUMENT", "There are no words to draw from."),
        ({"prompt": ["a"]}, "INVALID_ARGUMENT", "`prompt` must be text."),
        ({"prompt": "\ud800"}, "INVALID_ARGUMENT", "`prompt` must be text."),
        ({"prompt": "a" * 1001}, "INVALID_ARGUMENT", "The prompt has 1001 characters"),
        ({"style": 5}, "INVALID_ARGUMENT", "`style` must be text."),
        ({"width": 1000, "height": 1280}, "INVALID_SIZE", '`"width": 992, "height": 1280`'),
        ({"width": 256, "height": 256}, "INVALID_SIZE", "512 to 2048 pixels"),
        ({"width": 1280}, "INVALID_SIZE", "`width` and `height` go together"),
        ({"width": True, "height": 1280}, "INVALID_SIZE", "go together"),
        ({"width": 1280.5, "height": 1280}, "INVALID_SIZE", "go together"),
        ({"width": "1280px", "height": 1280}, "INVALID_SIZE", "go together"),
        ({"width": 10**9, "height": 1280}, "INVALID_SIZE", "go together"),
        ({"width": math.inf, "height": math.nan}, "INVALID_SIZE", "go together"),
        ({"model": "dall-e"}, "INVALID_ARGUMENT", 'For example: `"model": "glm-image"`.'),
        ({"model": "cogview-4"}, "INVALID_ARGUMENT", "api.z.ai, which does not have cogview-4"),
        ({"model": "cogview-4"}, "INVALID_ARGUMENT", 'For example: `"model": "glm-image"`.'),
        ({"samples": 0}, "INVALID_ARGUMENT", "“0” is not a number of images"),
        ({"samples": 5}, "INVALID_ARGUMENT", "from 1 to 4"),
        ({"samples": [1]}, "INVALID_ARGUMENT", "from 1 to 4"),
    ],
)
async def test_what_breaks_a_rule_is_told_by_it_and_not_bought(
    served: Served, glm: GLMStandIn, fields: dict[str, object], code: str, words: str
) -> None:
    body = json.dumps({"prompt": "a fox"} | fields)
    headers = {"Content-Type": "application/json"}
    answer = await served.program.post("/txt2img", content=body, headers=headers)
    told = answer.json()["error"]
    assert (answer.status_code, told["status"], told["code"]) == (400, 400, code)
    assert words in told["message"]
    assert not glm.requests


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b'"a fox"', b"\xff", b"[" * 60_000, b'{"samples": ' + b"9" * 5000]
)
async def test_a_body_that_is_no_json_object_is_refused(served: Served, body: bytes) -> None:
    headers = {"Content-Type": "application/json; charset=utf-8"}
    answer = await served.program.post("/txt2img", content=body, headers=headers)
    assert answer.status_code == 400
    assert answer.json()["error"]["message"].startswith("The body must be a JSON object")
