"""What the client sends, and what it makes of each answer."""

from __future__ import annotations

import json
from dataclasses import replace

import httpx
import pytest

from glm_slackbot.glm import (
    ApiKey,
    GeneratedImage,
    GLMError,
    GLMImageClient,
    ImageOrder,
    Kind,
    Processing,
    Provider,
    Size,
    has_api_key_shape,
)
from glm_slackbot.sandbox.glm_api import TEST_API_KEYS, GLMStandIn
from glm_slackbot.sandbox.glm_weather import (
    Plan,
    fails,
    never_done,
    refusal,
    slow,
)


async def test_generate_returns_the_link_the_level_and_the_ids(
    client: GLMImageClient, order: ImageOrder
) -> None:
    image = await client.generate(replace(order, request_id="job-1"))
    assert image.url.startswith("https://sfile.chatglm.cn/")
    assert (image.content_filter_level, image.request_id) == (3, "job-1")
    assert image.provider_created is not None


async def test_a_submitted_task_is_polled_until_its_image_is_there(
    client: GLMImageClient, glm: GLMStandIn, order: ImageOrder
) -> None:
    glm.weather.next(slow(60))
    task_id = await client.submit(order)
    assert await client.result(task_id) == Processing()
    glm.weather.next_poll(refusal("1305"))
    with pytest.raises(GLMError) as caught:
        await client.result(task_id)
    assert caught.value.passing


async def test_one_image_result_object_is_as_good_as_a_list(
    client: GLMImageClient, glm: GLMStandIn, order: ImageOrder
) -> None:
    glm.weather.next(Plan(one_object=True))
    assert isinstance(await client.result(await client.submit(order)), GeneratedImage)


async def test_only_what_was_asked_for_is_sent(
    client: GLMImageClient, glm: GLMStandIn, order: ImageOrder
) -> None:
    await client.generate(order)
    sent = json.loads(glm.requests[-1].body)
    assert sent == {"model": "glm-image", "prompt": "a fox", "size": "1280x1280"}


async def test_every_wish_has_its_field(zai_client: GLMImageClient, glm: GLMStandIn) -> None:
    wish = ImageOrder(
        model="cogview-4-250304",
        prompt="狐狸",
        size=Size(1024, 1024),
        quality="hd",
        watermark=False,
        user_id="u-123456",
        request_id="job-2",
    )
    await zai_client.generate(wish)
    sent = json.loads(glm.requests[-1].body)
    assert (sent["quality"], sent["watermark_enabled"]) == ("hd", False)
    assert (sent["user_id"], sent["request_id"], sent["prompt"]) == ("u-123456", "job-2", "狐狸")


async def test_glm_image_is_not_told_its_only_quality(
    client: GLMImageClient, glm: GLMStandIn, order: ImageOrder
) -> None:
    await client.generate(replace(order, quality="hd"))
    assert "quality" not in json.loads(glm.requests[-1].body)


async def test_the_api_key_goes_to_its_own_host_only(
    client: GLMImageClient, zai_client: GLMImageClient, glm: GLMStandIn, order: ImageOrder
) -> None:
    await client.generate(order)
    await zai_client.generate(order)
    assert [seen.host for seen in glm.requests] == ["open.bigmodel.cn", "api.z.ai"]
    assert [seen.headers.get("accept-language") for seen in glm.requests] == [None, "en-US,en"]
    assert glm.requests[0].headers["authorization"].endswith(TEST_API_KEYS[Provider.BIGMODEL])


async def test_half_a_surrogate_pair_in_a_prompt_does_not_crash_the_client(
    client: GLMImageClient, order: ImageOrder
) -> None:
    assert (await client.generate(replace(order, prompt="a \ud83d fox"))).url


def test_an_api_key_and_a_link_do_not_show_in_a_repr() -> None:
    assert "secret" not in repr(ApiKey(Provider.ZAI, "id.secret"))
    assert "Signature" not in repr(GeneratedImage("https://mfile.z.ai/a.png?Signature=1"))


@pytest.mark.parametrize(
    ("secret", "is_key"),
    [
        ("abc.def", True),
        ("abc", False),
        ("abc.", False),
        ("a.b.c", False),
        ("abc.de f", False),
        ("abc.密", False),
        ("a." + "b" * 200, False),
        ("abc.def\n", False),
    ],
)
def test_the_shape_of_an_api_key_is_id_dot_secret(secret: str, is_key: bool) -> None:
    assert has_api_key_shape(secret) is is_key


@pytest.mark.parametrize("secret", ["", "密.钥", "a.b\r\nX: y"])
async def test_a_secret_that_fits_no_header_is_never_sent(
    http: httpx.AsyncClient, glm: GLMStandIn, order: ImageOrder, secret: str
) -> None:
    with pytest.raises(GLMError) as caught:
        await GLMImageClient(http, ApiKey(Provider.ZAI, secret)).submit(order)
    assert caught.value.kind is Kind.API_KEY_REFUSED
    assert glm.requests == []


async def test_a_failed_task_is_told_with_the_reason_that_stands_beside_it(
    client: GLMImageClient, glm: GLMStandIn, order: ImageOrder
) -> None:
    glm.weather.next(fails("1301", "敏感内容"))
    with pytest.raises(GLMError) as caught:
        await client.result(await client.submit(order))
    assert (caught.value.kind, caught.value.code) == (Kind.TASK_FAILED, "1301")
    assert caught.value.may_have_billed
    assert not caught.value.safe_to_send_again


async def test_a_task_that_is_never_done_stays_processing(
    client: GLMImageClient, glm: GLMStandIn, order: ImageOrder
) -> None:
    glm.weather.next(never_done())
    assert isinstance(await client.result(await client.submit(order)), Processing)
