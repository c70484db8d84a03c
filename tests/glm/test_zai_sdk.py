"""The provider's own client, left as it is, over the stand-in: it speaks the real dialect."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from roads import road_to

from glm_slackbot.domain.image_models import Provider
from glm_slackbot.sandbox.glm_api import TEST_API_KEYS, GLMStandIn
from glm_slackbot.sandbox.glm_weather import blocked, error, fails, filtered, html, slow
from glm_slackbot.sandbox.network import StandInNetwork

FOX = {"model": "glm-image", "prompt": "a fox", "size": "1728x960"}


class Sdk:
    """The SDK's client of one provider; it is synchronous, so each call has a thread."""

    def __init__(self, provider: Provider, **given: Any) -> None:
        import zai

        made = {Provider.ZAI: zai.ZaiClient, Provider.BIGMODEL: zai.ZhipuAiClient}[provider]
        settings = {"api_key": TEST_API_KEYS[provider], "max_retries": 0} | given
        self.client = made(_strict_response_validation=True, **settings)

    async def __call__(self, call: str, *arguments: str, **named: Any) -> Any:
        return await asyncio.to_thread(getattr(self.client.images, call), *arguments, **named)

    async def result(self, task_id: str) -> Any:
        """Poll until the task is done."""
        while True:
            answer = await self("retrieve_images_result", task_id)
            if answer.task_status != "PROCESSING":
                return answer
            await asyncio.sleep(0.05)


@pytest.fixture(autouse=True)
async def road(
    glm: GLMStandIn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[None]:
    apps = dict.fromkeys(glm.hosts, glm.web_app())
    async with StandInNetwork(apps) as network, road_to(network.routes, tmp_path) as variables:
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        yield


@pytest.fixture(params=list(Provider))
def sdk(request: pytest.FixtureRequest, road: None) -> Iterator[Sdk]:
    opened = Sdk(request.param)
    yield opened
    opened.client.close()


async def test_generate_gives_one_link(sdk: Sdk, glm: GLMStandIn) -> None:
    answer = await sdk("generations", **FOX, request_id="ours", user_id="somebody")

    [image] = answer.data
    [bought] = glm.purchases
    assert image.url.startswith("https://")
    assert type(answer.created) is int
    assert (bought.prompt, str(bought.size)) == ("a fox", "1728x960")
    assert (bought.request_id, bought.user_id) == ("ours", "somebody")


async def test_submit_and_poll_give_one_link(sdk: Sdk, glm: GLMStandIn) -> None:
    glm.weather.next(slow(0.1))
    submitted = await sdk("async_generations", **FOX, watermark_enabled=False)
    done = await sdk.result(submitted.id)

    assert (submitted.task_status, submitted.image_result) == ("PROCESSING", None)
    assert (done.task_status, done.id, done.model) == ("SUCCESS", submitted.id, "glm-image")
    assert [image.url.startswith("https://") for image in done.image_result] == [True]
    assert len(glm.purchases) == 1


async def test_a_task_may_fail(sdk: Sdk, glm: GLMStandIn) -> None:
    glm.weather.next(fails("1301", "sensitive"))
    done = await sdk.result((await sdk("async_generations", **FOX)).id)
    assert (done.task_status, done.image_result) == ("FAIL", None)


async def test_what_is_filtered_or_blocked_is_read_too(sdk: Sdk, glm: GLMStandIn) -> None:
    glm.weather.next(filtered(2), blocked(1))
    shown, kept = [await sdk("generations", **FOX) for _ in range(2)]
    assert shown.content_filter == [{"role": "assistant", "level": 2}]
    assert kept.data == []


@pytest.mark.parametrize(
    ("code", "exception"),
    [
        ("1301", "APIRequestFailedError"),
        ("1113", "APIReachLimitError"),
        ("1302", "APIReachLimitError"),
        ("1000", "APIAuthenticationError"),
        ("1200", "APIInternalError"),
    ],
)
async def test_an_error_is_of_the_class_of_its_status(
    sdk: Sdk, glm: GLMStandIn, code: str, exception: str
) -> None:
    import zai.core

    glm.weather.next(error(code))
    with pytest.raises(getattr(zai.core, exception)) as caught:
        await sdk("async_generations", **FOX)
    assert caught.value.response.json()["error"]["code"] == code


async def test_the_sdk_buys_again_where_we_do_not(glm: GLMStandIn) -> None:
    """Its habit at 5xx; ours is to call that unsure."""
    sdk = Sdk(Provider.ZAI, max_retries=1)
    glm.weather.next(html(502, billed=True))
    await sdk("generations", **FOX)
    sdk.client.close()
    assert len(glm.purchases) == 2


async def test_zai_answers_the_sdk_in_english_and_bigmodel_in_chinese(glm: GLMStandIn) -> None:
    import zai.core

    words = []
    for provider in Provider:
        sdk = Sdk(provider, api_key="other.key")
        with pytest.raises(zai.core.APIAuthenticationError) as caught:
            await sdk("retrieve_images_result", "1")
        words.append(caught.value.response.json()["error"]["message"])
        sdk.client.close()
    assert words == ["令牌已过期或验证不正确", "token expired or incorrect"]


@pytest.mark.filterwarnings("ignore:The HMAC key is")  # as long as those that are issued
@pytest.mark.parametrize("provider", Provider)
async def test_a_token_that_the_sdk_signs_by_the_api_key_is_accepted(provider: Provider) -> None:
    sdk = Sdk(provider, disable_token_cache=False)
    assert (await sdk("generations", **FOX)).data
    sdk.client.close()


@pytest.mark.filterwarnings("ignore:The HMAC key is")
@pytest.mark.parametrize("changed", ["x{0}", "{0}x"], ids=["another id", "another secret"])
async def test_a_token_signed_by_another_api_key_is_refused(changed: str) -> None:
    import zai.core

    api_key = changed.format(TEST_API_KEYS[Provider.ZAI])
    sdk = Sdk(Provider.ZAI, disable_token_cache=False, api_key=api_key)
    with pytest.raises(zai.core.APIAuthenticationError):
        await sdk("generations", **FOX)
    sdk.client.close()
