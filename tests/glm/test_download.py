"""Fetching: what is kept, what is repeated, what is refused, and what nobody may read."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from pathlib import Path

import httpx
import pytest
import structlog

from glm_slackbot.glm import (
    DownloadError,
    DownloadKind,
    GLMImageClient,
    ImageOrder,
    SpooledImage,
    fetch_image,
    open_http,
)
from glm_slackbot.sandbox.glm_api import GLMStandIn
from glm_slackbot.sandbox.glm_weather import (
    FOREVER,
    Plan,
    Reply,
    jpeg_as_png,
    link_dropped,
    link_missing,
    link_refused,
    not_an_image,
    redirected,
    too_many_bytes,
    too_wide,
    truncated,
    unsafe_link,
)


class Clock:
    """Sleeps without waiting, and remembers for how long."""

    def __init__(self) -> None:
        self.pauses: list[float] = []

    async def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)


@pytest.fixture
def clock() -> Clock:
    return Clock()


Fetch = Callable[..., Awaitable[SpooledImage]]


@pytest.fixture
def fetch(
    client: GLMImageClient,
    http: httpx.AsyncClient,
    glm: GLMStandIn,
    order: ImageOrder,
    clock: Clock,
    tmp_path: Path,
) -> Fetch:
    async def fetch_planned(plan: Plan | None = None) -> SpooledImage:
        glm.weather.next(plan or Plan())
        link = (await client.generate(order)).url
        return await fetch_image(http, link, tmp_path, sleep=clock.sleep)

    return fetch_planned


def files_in(folder: Path) -> list[Path]:
    return list(folder.iterdir())


def fetches(glm: GLMStandIn) -> int:
    return sum(seen.path.endswith(".png") for seen in glm.requests)


async def test_an_image_is_spooled_with_its_type_and_size(fetch: Fetch) -> None:
    image = await fetch()
    assert (image.format, image.suffix) == ("png", ".png")
    assert (image.width, image.height) == (1280, 1280)
    assert image.path.stat().st_size == image.byte_count
    image.remove()
    image.remove()
    assert not image.path.exists()


async def test_a_jpeg_by_the_name_of_a_png_is_a_jpeg(fetch: Fetch) -> None:
    image = await fetch(jpeg_as_png())
    assert (image.format, image.suffix) == ("jpeg", ".jpg")


async def test_a_large_image_arrives_whole(fetch: Fetch) -> None:
    assert (await fetch(Plan(byte_count=2_000_000))).byte_count == 2_000_000


@pytest.mark.parametrize(
    "plan",
    [link_missing(3), link_refused(503, 3), link_refused(429, 3), link_dropped(3), truncated(3)],
)
async def test_a_passing_fault_is_repeated_with_growing_pauses(
    fetch: Fetch, clock: Clock, tmp_path: Path, plan: Plan
) -> None:
    image = await fetch(plan)
    assert clock.pauses == sorted(clock.pauses)
    assert len(clock.pauses) == 3
    assert files_in(tmp_path) == [image.path]


@pytest.mark.parametrize(
    ("plan", "kind"),
    [
        (link_missing(), DownloadKind.GONE),
        (link_refused(500), DownloadKind.UNREACHABLE),
        (link_dropped(FOREVER), DownloadKind.UNREACHABLE),
    ],
)
async def test_it_gives_up_after_about_30_seconds(
    fetch: Fetch, clock: Clock, plan: Plan, kind: DownloadKind
) -> None:
    with pytest.raises(DownloadError) as caught:
        await fetch(plan)
    assert caught.value.kind is kind
    assert 25 <= sum(clock.pauses) <= 35


@pytest.mark.parametrize(
    ("plan", "kind"),
    [
        (link_refused(403), DownloadKind.GONE),
        (link_refused(410), DownloadKind.GONE),
        (not_an_image(), DownloadKind.NOT_IMAGE),
        (too_many_bytes(), DownloadKind.TOO_LARGE),
        (too_many_bytes(chunked=True), DownloadKind.TOO_LARGE),
        (too_wide(), DownloadKind.TOO_LARGE),
        (redirected(4), DownloadKind.UNSAFE_LINK),
        (redirected(1, "https://127.0.0.1/x.png"), DownloadKind.UNSAFE_LINK),
        (redirected(2, "http://mfile.z.ai/x.png"), DownloadKind.UNSAFE_LINK),
        (unsafe_link("https://localhost/x.png"), DownloadKind.UNSAFE_LINK),
    ],
)
async def test_a_final_fault_is_not_repeated_and_leaves_no_file(
    fetch: Fetch, clock: Clock, tmp_path: Path, plan: Plan, kind: DownloadKind
) -> None:
    with pytest.raises(DownloadError) as caught:
        await fetch(plan)
    assert caught.value.kind is kind
    assert clock.pauses == []
    assert files_in(tmp_path) == []


async def test_three_redirects_are_followed_without_cookies_or_credentials(
    fetch: Fetch, glm: GLMStandIn
) -> None:
    await fetch(redirected(3))
    assert fetches(glm) == 4
    for seen in glm.requests[1:]:
        assert not {"authorization", "cookie"} & set(seen.headers)


async def test_a_cookie_is_not_brought_back_on_a_later_request(
    fetch: Fetch, glm: GLMStandIn, http: httpx.AsyncClient
) -> None:
    await fetch(redirected(1))
    await fetch()
    assert not http.cookies
    assert all("cookie" not in seen.headers for seen in glm.requests)


async def test_an_unknown_host_is_noted_and_not_refused(fetch: Fetch, glm: GLMStandIn) -> None:
    glm.image_host = "images.example.com"
    glm.more_image_hosts = frozenset({glm.image_host})
    with structlog.testing.capture_logs() as noted:
        await fetch()
    assert noted == [
        {"event": "unknown image host", "host": "images.example.com", "log_level": "info"}
    ]


async def test_the_query_of_a_link_stands_in_no_log_and_in_no_exception(
    fetch: Fetch, glm: GLMStandIn, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    glm.image_host = "images.example.com"
    glm.more_image_hosts = frozenset({glm.image_host})
    with structlog.testing.capture_logs() as noted, pytest.raises(DownloadError) as caught:
        await fetch(link_dropped(FOREVER))
    ours = [record.getMessage() for record in caplog.records if "aiohttp" not in record.name]
    written = f"{ours} {noted} {caught.value!r} {caught.value}"
    assert "images.example.com" in written
    assert "Signature" not in written


async def test_a_cancelled_fetch_leaves_no_file(tmp_path: Path) -> None:
    begun = asyncio.Event()

    class Trickle(httpx.AsyncByteStream):
        async def __aiter__(self):  # type: ignore[no-untyped-def]
            yield b"\x89PNG" * 40_000
            begun.set()
            await asyncio.Event().wait()

    transport = httpx.MockTransport(lambda _: httpx.Response(200, stream=Trickle()))
    async with open_http(transport) as http:
        fetching = asyncio.create_task(fetch_image(http, "https://mfile.z.ai/a.png", tmp_path))
        await begun.wait()
        fetching.cancel()
        with pytest.raises(asyncio.CancelledError):
            await fetching
    assert files_in(tmp_path) == []


async def test_a_redirect_on_an_api_call_is_an_error(
    client: GLMImageClient, glm: GLMStandIn
) -> None:
    away = Reply(status=302, text="", headers={"Location": "https://example.com/"})
    glm.weather.next_poll(away)
    with pytest.raises(Exception, match="lost"):
        await client.result("1-2")
    assert {seen.host for seen in glm.requests} == {"open.bigmodel.cn"}


async def test_how_many_bytes_come_is_told_before_the_first_is_here(
    client: GLMImageClient, http: httpx.AsyncClient, order: ImageOrder, tmp_path: Path
) -> None:
    heard: list[tuple[int, int | None]] = []
    link = (await client.generate(order)).url
    image = await fetch_image(
        http, link, tmp_path, on_bytes=lambda done, total: heard.append((done, total))
    )
    whole = image.byte_count
    assert (heard[0], heard[-1]) == ((0, whole), (whole, whole))
