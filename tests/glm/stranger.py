"""Somebody else's program over the library: mypy --strict must know every type in it."""

from __future__ import annotations

from pathlib import Path
from typing import assert_type

from glm_slackbot.glm import (
    CODE_TABLE,
    MODELS,
    ApiKey,
    DownloadError,
    DownloadKind,
    GeneratedImage,
    GLMError,
    GLMImageClient,
    ImageModel,
    ImageOrder,
    Kind,
    Processing,
    Provider,
    Size,
    SpooledImage,
    fetch_image,
    has_api_key_shape,
    open_http,
    who_must_act,
)


async def order_two_ways(secret: str) -> tuple[GeneratedImage, GeneratedImage]:
    model = assert_type(MODELS["cogview-4"], ImageModel)
    assert_type(model.price_micros[Provider.BIGMODEL], int)
    order = ImageOrder(model.name, "a fox", Size(1024, 1024), quality="hd", watermark=False)
    async with open_http() as http:
        client = GLMImageClient(http, ApiKey(Provider.BIGMODEL, secret))
        await client.probe()
        made = await client.generate(order, allowed_s=60)
        task_id = assert_type(await client.submit(order), str)
        answer = assert_type(await client.result(task_id), GeneratedImage | Processing)
        if isinstance(answer, Processing):
            answer = await client.wait(task_id)
        return made, answer


async def fetch(made: GeneratedImage, folder: Path) -> SpooledImage | None:
    if made.withheld or made.questionable:
        assert_type(made.content_filter_level, int | None)
        return None
    async with open_http() as http:
        try:
            image = await fetch_image(http, made.url, folder, on_bytes=print)
        except DownloadError as error:
            assert_type(error.kind, DownloadKind)
            return None
    assert_type((image.path, image.width, image.height), tuple[Path, int, int])
    return image


def advice(error: GLMError) -> str:
    if error.kind is Kind.POLICY or CODE_TABLE.get(error.code or "") is Kind.POLICY:
        return "word it differently"
    assert_type((error.may_have_billed, error.safe_to_send_again), tuple[bool, bool])
    assert_type((error.status, error.retry_after), tuple[int | None, float | None])
    return who_must_act(error.kind)


def look(secret: str) -> bool:
    return has_api_key_shape(secret)
