"""The stand-in is strict where the real API is; else tests over it would prove nothing."""

from __future__ import annotations

from dataclasses import replace

import httpx
import pytest

from glm_slackbot.domain.image_models import MODELS, Provider
from glm_slackbot.glm import GLMError, GLMImageClient, ImageOrder, Kind, Size
from glm_slackbot.sandbox.glm_api import TEST_API_KEYS, GLMStandIn
from glm_slackbot.sandbox.glm_weather import (
    error,
    html,
    lost_after_billing,
    lost_before_billing,
    slow,
)

GENERATE = "https://open.bigmodel.cn/api/paas/v4/images/generations"
BEARER = {"Authorization": f"Bearer {TEST_API_KEYS[Provider.BIGMODEL]}"}


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"model": "dall-e"}, "1211"),
        ({"model": "cogview-4", "size": Size(1024, 1024)}, "1212"),
        ({"prompt": " "}, "1214"),
        ({"prompt": "a" * 1001}, "1261"),
        ({"size": Size(1281, 1280)}, "1214"),
        ({"size": Size(480, 1280)}, "1214"),
        ({"size": Size(2080, 1280)}, "1214"),
        ({"model": "cogview-4", "size": Size(1008, 1000)}, "1212"),
        ({"user_id": "short"}, "1214"),
        ({"user_id": "u" * 129}, "1214"),
    ],
)
async def test_a_purchase_that_breaks_a_rule_is_refused_and_not_billed(
    client: GLMImageClient,
    glm: GLMStandIn,
    order: ImageOrder,
    changes: dict[str, object],
    code: str,
) -> None:
    with pytest.raises(GLMError) as caught:
        await client.submit(replace(order, **changes))  # type: ignore[arg-type]
    assert caught.value.code == code
    assert glm.purchases == []


@pytest.mark.parametrize("model", MODELS)
async def test_every_recommended_size_of_every_model_is_accepted(
    client: GLMImageClient, model: str
) -> None:
    for size in MODELS[model].recommended.values():
        assert await client.generate(ImageOrder(model, "a fox", size))


async def test_too_many_pixels_are_refused(client: GLMImageClient) -> None:
    with pytest.raises(GLMError, match="too many pixels"):
        await client.generate(ImageOrder("cogview-4", "a fox", Size(2048, 2048)))


async def test_zai_has_fewer_models(zai_client: GLMImageClient) -> None:
    with pytest.raises(GLMError) as caught:
        await zai_client.generate(ImageOrder("cogview-4", "a fox", Size(1024, 1024)))
    assert caught.value.kind is Kind.MODEL_MISSING


@pytest.mark.parametrize(
    ("header", "code"),
    [("", "1001"), ("Basic a.b", "1002"), ("Bearer ab", "1002"), ("Bearer a.b", "401")],
)
async def test_an_api_key_of_another_form_or_host_is_refused(
    http: httpx.AsyncClient, header: str, code: str
) -> None:
    answer = await http.post(GENERATE, headers={"Authorization": header}, json={})
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, code)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"{", "1210"),
        (b"[]", "1210"),
        (b"{}", "1214"),
        (b'{"model": "glm-image", "prompt": "a", "size": 5}', "1214"),
        (b'{"model": "glm-image", "prompt": "a", "quality": "standard"}', "1214"),
        (b'{"model": "glm-image", "prompt": "a", "watermark_enabled": "no"}', "1214"),
        (b'{"model": "glm-image", "prompt": "a", "request_id": 5}', "1214"),
    ],
)
async def test_a_body_of_another_form_is_refused(
    http: httpx.AsyncClient, body: bytes, code: str
) -> None:
    headers = {**BEARER, "Content-Type": "application/json"}
    answer = await http.post(GENERATE, headers=headers, content=body)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, code)


async def test_a_body_that_is_not_sent_as_json_is_refused(http: httpx.AsyncClient) -> None:
    answer = await http.post(GENERATE, headers=BEARER, data={"model": "glm-image"})
    assert answer.json()["error"]["code"] == "1210"


async def test_unknown_fields_are_ignored(http: httpx.AsyncClient) -> None:
    body = {"model": "glm-image", "prompt": "a fox", "n": 4, "seed": 1}
    answer = await http.post(GENERATE, headers=BEARER, json=body)
    assert len(answer.json()["data"]) == 1


async def test_an_unknown_path_and_an_unknown_host_are_not_served(http: httpx.AsyncClient) -> None:
    answer = await http.get("https://open.bigmodel.cn/api/paas/v4/files", headers=BEARER)
    assert (answer.status_code, answer.json()["success"]) == (404, False)
    assert (await http.get("https://example.com/")).status_code == 421


async def test_a_missing_watermark_needs_the_signed_disclaimer(
    client: GLMImageClient, glm: GLMStandIn, order: ImageOrder
) -> None:
    glm.weather.watermark_disclaimer_signed = False
    with pytest.raises(GLMError, match="disclaimer"):
        await client.submit(replace(order, watermark=False))


async def test_more_at_once_than_the_account_may_is_busy(
    client: GLMImageClient, glm: GLMStandIn, order: ImageOrder
) -> None:
    glm.weather.concurrency = 1
    glm.weather.next(slow(60))
    await client.submit(order)
    with pytest.raises(GLMError) as caught:
        await client.submit(order)
    assert caught.value.code == "1302"
    assert (glm.in_flight, glm.most_in_flight, len(glm.purchases)) == (1, 1, 1)


async def test_only_what_the_real_one_would_bill_is_a_purchase(
    client: GLMImageClient, glm: GLMStandIn, order: ImageOrder
) -> None:
    glm.weather.next(error("1200"), html(502), lost_before_billing(), lost_after_billing())
    for billed in (0, 0, 0, 1):
        with pytest.raises(GLMError):
            await client.submit(order)
        assert len(glm.purchases) == billed


async def test_lasting_weather_holds_until_it_is_lifted(
    client: GLMImageClient, glm: GLMStandIn, order: ImageOrder
) -> None:
    glm.weather.always(error("1305"))
    for _ in range(2):
        with pytest.raises(GLMError):
            await client.submit(order)
    glm.weather.always()
    assert await client.submit(order)


async def test_a_task_of_the_other_host_is_unknown(
    client: GLMImageClient, zai_client: GLMImageClient, order: ImageOrder
) -> None:
    task_id = await client.submit(order)
    with pytest.raises(GLMError, match="does not exist"):
        await zai_client.result(task_id)


async def test_a_link_without_its_signature_is_forbidden(
    client: GLMImageClient, http: httpx.AsyncClient, order: ImageOrder
) -> None:
    link = (await client.generate(order)).url
    bare, _, query = link.partition("?")
    assert (await http.get(link)).status_code == 200
    assert (await http.get(bare)).status_code == 403
    assert (await http.get(f"{bare}?{query.replace('Expires=', 'Expires=9')}")).status_code == 403
    assert (await http.get(f"{bare}?Expires=1&Signature=1")).status_code == 403


async def test_credentials_at_an_image_host_are_an_error(
    client: GLMImageClient, http: httpx.AsyncClient, order: ImageOrder
) -> None:
    link = (await client.generate(order)).url
    assert (await http.get(link, headers=BEARER)).status_code == 400


async def test_a_task_gives_the_same_link_at_every_poll(
    client: GLMImageClient, order: ImageOrder
) -> None:
    task_id = await client.submit(order)
    assert await client.result(task_id) == await client.result(task_id)


async def test_generate_and_wait_is_refused_like_a_submission(
    client: GLMImageClient, glm: GLMStandIn, order: ImageOrder
) -> None:
    glm.weather.next(error("1301"))
    with pytest.raises(GLMError) as caught:
        await client.generate(order)
    assert caught.value.kind is Kind.POLICY
