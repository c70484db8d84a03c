"""Programs that go away, and a server that is told to end: what was bought is never lost unsaid."""

from __future__ import annotations

import asyncio
import sys
from contextlib import suppress
from pathlib import Path

import pytest
from PIL import Image

from glm_slackbot.sandbox.glm_api import GLMStandIn
from glm_slackbot.sandbox.glm_weather import link_missing, lost_after_billing, slow

from .conftest import Served, ServerStarter, until


def log(capsys: pytest.CaptureFixture[str]) -> str:
    """All that was logged so far: what is read is given back."""
    out, _ = capsys.readouterr()
    sys.stdout.write(out)
    return out


async def gone_after_ordering(served: Served, glm: GLMStandIn, **fields: int) -> None:
    asking = asyncio.create_task(served.ask(**fields))
    await until(lambda: glm.purchases)
    asking.cancel()
    with suppress(asyncio.CancelledError):
        await asking


async def test_an_image_that_nobody_waits_for_is_kept_and_told_in_the_log(
    served: Served, glm: GLMStandIn, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    glm.weather.seconds = 0.3
    await gone_after_ordering(served, glm)
    await until(lambda: list(tmp_path.glob("unclaimed/*.png")))

    [kept] = (tmp_path / "unclaimed").iterdir()
    await until(lambda: "nobody waited for an image" in log(capsys))
    with Image.open(kept) as image:
        assert image.size == (1280, 1280)
    assert kept.stem == glm.purchases[0].request_id


async def test_nothing_more_is_ordered_for_somebody_who_is_gone(
    start: ServerStarter, glm: GLMStandIn, tmp_path: Path
) -> None:
    glm.weather.seconds = 0.3
    async with start(concurrency=1) as served:
        await gone_after_ordering(served, glm, samples=4)
        await until(lambda: list(tmp_path.glob("unclaimed/*.png")))
    assert len(glm.purchases) == 1


async def test_what_may_have_been_bought_for_somebody_who_is_gone_is_in_the_log(
    served: Served, glm: GLMStandIn, capsys: pytest.CaptureFixture[str]
) -> None:
    glm.weather.submit_seconds = 0.2
    glm.weather.next(lost_after_billing())
    asking = asyncio.create_task(served.ask())
    await until(lambda: glm.requests)
    asking.cancel()
    await until(lambda: "code=UNSURE" in (told := log(capsys)) and "nobody was told" in told)


async def test_an_answer_that_is_cut_off_in_the_middle_is_kept(
    served: Served, glm: GLMStandIn, tmp_path: Path
) -> None:
    glm.weather.byte_count = 20_000_000
    reader, writer = await asyncio.open_connection("127.0.0.1", served.port, limit=2**10)
    writer.write(b"POST /txt2img HTTP/1.1\r\nHost: localhost\r\nContent-Length: 19\r\n")
    writer.write(b'Content-Type: application/json\r\n\r\n{"prompt": "a fox"}')
    assert (await reader.readuntil(b"\r\n")).endswith(b"200 OK\r\n")
    writer.transport.abort()
    await until(lambda: list(tmp_path.glob("unclaimed/*.png")))


async def test_an_image_that_cannot_be_kept_is_told_in_the_log(
    start: ServerStarter, glm: GLMStandIn, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").touch()
    glm.weather.seconds = 0.3
    async with start(unclaimed=tmp_path / "file") as served:
        await gone_after_ordering(served, glm)
        await until(lambda: "nobody waited for is lost" in log(capsys))


async def test_what_is_ordered_when_the_server_ends_is_finished(
    start: ServerStarter, glm: GLMStandIn
) -> None:
    glm.weather.seconds = 0.3
    async with start(concurrency=1) as served:
        asking = asyncio.create_task(served.ask(samples=2))
        await until(lambda: glm.purchases)
    told = (await asking).json()
    assert told["count"] == 1
    assert [each["code"] for each in told["errors"]] == ["STOPPING"]
    assert "Nothing was ordered" in told["errors"][0]["message"]
    assert len(glm.purchases) == 1


async def test_what_is_not_finished_in_time_is_told_as_unsure(
    start: ServerStarter, glm: GLMStandIn, capsys: pytest.CaptureFixture[str]
) -> None:
    glm.weather.next(slow(60))
    async with start(concurrency=1) as served:
        asking = asyncio.create_task(served.ask(samples=2))
        await until(lambda: glm.purchases)
        await served.server.studio.end(0.1)
        answer = await asking
    assert (answer.status_code, answer.json()["error"]["code"]) == (502, "UNSURE")
    assert {each["code"] for each in answer.json()["errors"]} == {"UNSURE", "STOPPING"}
    assert glm.purchases[0].task_id in answer.json()["error"]["message"]
    assert "left what was ordered" in capsys.readouterr().out
    assert len(glm.purchases) == 1


async def test_an_image_that_is_made_but_not_fetched_at_the_end_is_told_with_its_link(
    start: ServerStarter, glm: GLMStandIn
) -> None:
    glm.weather.next(link_missing())
    async with start() as served:
        asking = asyncio.create_task(served.ask())
        await until(lambda: any(seen.path.endswith(".png") for seen in glm.requests))
        served.server.studio.let_go()
        answer = await asking
    told = answer.json()["error"]
    assert told["code"] == "DOWNLOAD_FAILED"
    assert told["image_url"].startswith("https://")


async def test_after_the_end_was_told_nothing_is_ordered(served: Served, glm: GLMStandIn) -> None:
    await served.server.studio.end(0.0)
    answer = await served.ask()
    assert (answer.status_code, answer.json()["error"]["code"]) == (503, "STOPPING")
    assert not glm.purchases
