"""``make_image``: one order by the money rule, told step by step."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import httpx
import pytest
from clock import FastClock

from glm_slackbot.domain.retry import Trouble
from glm_slackbot.engine.making import Begun, Endpoint, MadeImage, make_image
from glm_slackbot.engine.not_made import NotMade, Reason
from glm_slackbot.engine.progress import NoProgress, Ordered, Told
from glm_slackbot.glm import ApiKey, GeneratedImage, ImageOrder, Provider, Size
from glm_slackbot.sandbox import glm_weather
from glm_slackbot.sandbox.glm_api import TEST_API_KEYS, GLMStandIn

KEY = ApiKey(Provider.ZAI, TEST_API_KEYS[Provider.ZAI])
FOX = ImageOrder("glm-image", "a fox", Size(1024, 1024))


class Steps(NoProgress):
    """Their names, in order, each run of the same once."""

    def __init__(self) -> None:
        self.names: list[str] = []

    def _add(self, name: str) -> None:
        if self.names[-1:] != [name]:
            self.names.append(name)

    def ordering(self) -> None:
        self._add("ordering")

    def turned_away(self, trouble: Trouble, pause: float) -> None:
        self._add(f"{trouble} {pause:g}")

    def submitted(self, task_id: str) -> None:
        self._add("submitted")

    def generating(self, seconds: float) -> None:
        self._add("generating")

    def generated(self, image: GeneratedImage) -> None:
        self._add("generated")

    def downloading(self, done: int, total: int | None) -> None:
        self._add("downloading")


def posts(glm: GLMStandIn) -> int:
    return len([seen for seen in glm.requests if seen.method == "POST"])


async def made(http: httpx.AsyncClient, folder: Path | None = None, **more: Any) -> MadeImage:
    return await make_image(http, KEY, FOX, folder=folder, **more)


@pytest.mark.parametrize("way", list(Endpoint))
async def test_each_step_is_told_once_it_is_taken(
    http: httpx.AsyncClient, glm: GLMStandIn, tmp_path: Path, way: Endpoint
) -> None:
    glm.weather.next(glm_weather.error("1302"), glm_weather.slow(0.3))
    steps = Steps()
    image = await made(http, tmp_path, endpoint=way, progress=Told(steps), clock=FastClock())
    sent = ["submitted"] if way is Endpoint.ASYNC else []
    assert [name for name in steps.names if name != "generating"] == [
        *("ordering", "busy 2", "ordering"),
        *sent,
        *("generated", "downloading"),
    ]
    assert "generating" in steps.names
    assert image.file is not None
    assert image.file.width == 1024


async def test_what_was_begun_is_not_bought_again(
    http: httpx.AsyncClient, glm: GLMStandIn, tmp_path: Path
) -> None:
    steps = Steps()
    image = await made(http)
    task = glm.purchases[0].task_id
    again = await made(http, tmp_path, begun=Begun(task_id=task))
    fetched = await made(
        http, tmp_path, begun=Begun(generated=image.generated), progress=Told(steps)
    )
    assert image.file is None
    assert again.file is not None
    assert fetched.file is not None
    assert steps.names == ["downloading"]
    assert posts(glm) == 1


async def test_a_provider_that_cannot_be_reached_is_given_up_in_half_a_minute() -> None:
    clock = FastClock(speed=200)
    started = clock.now()
    nowhere = httpx.MockTransport(_refuse)
    async with httpx.AsyncClient(transport=nowhere) as http:
        with pytest.raises(NotMade) as caught:
            await made(http, clock=clock)
    assert (caught.value.reason, caught.value.code) == (Reason.NETWORK, "NETWORK_ERROR")
    assert clock.now() - started < 60


def _refuse(request: httpx.Request) -> httpx.Response:
    raise httpx.ConnectError("refused", request=request)


async def test_a_fault_while_polling_passes(http: httpx.AsyncClient, glm: GLMStandIn) -> None:
    glm.weather.next_poll(glm_weather.refusal("1234"), glm_weather.Reply(drop=True))
    assert (await made(http)).generated.url


async def test_a_poll_that_hangs_ends_with_the_time(
    http: httpx.AsyncClient, glm: GLMStandIn
) -> None:
    glm.weather.always(glm_weather.never_done())
    with pytest.raises(NotMade) as caught:
        await made(http, timeout_s=0.3)
    assert (caught.value.code, caught.value.may_have_billed) == ("UNSURE", True)


async def test_time_that_is_up_before_the_order_buys_nothing(
    http: httpx.AsyncClient, glm: GLMStandIn
) -> None:
    with pytest.raises(NotMade) as caught:
        await made(http, timeout_s=0.0)
    assert (caught.value.code, caught.value.may_have_billed) == ("TIMEOUT", False)
    assert glm.requests == []


@pytest.mark.parametrize(
    ("plan", "is_bought", "is_known"),
    [(glm_weather.Plan(), True, True), (glm_weather.error("1301"), False, False)],
)
async def test_cancelled_while_the_order_is_out_it_hears_the_answer(
    http: httpx.AsyncClient,
    glm: GLMStandIn,
    plan: glm_weather.Plan,
    is_bought: bool,
    is_known: bool,
) -> None:
    glm.weather.next(plan)
    glm.weather.submit_seconds = 0.2
    ordered = Ordered()
    making = asyncio.create_task(made(http, progress=Told(ordered)))
    while not glm.requests:  # noqa: ASYNC110  # another thing fills it
        await asyncio.sleep(0.01)
    making.cancel()
    with pytest.raises(asyncio.CancelledError):
        await making
    assert (ordered.perhaps, ordered.is_known) == (is_bought, is_known)


async def test_no_room_on_the_disk_keeps_the_link(http: httpx.AsyncClient, tmp_path: Path) -> None:
    with pytest.raises(NotMade) as caught:
        await made(http, tmp_path / "nowhere")
    assert (caught.value.code, caught.value.may_have_billed) == ("DOWNLOAD_FAILED", True)
    assert "No such file" in caught.value.words
    assert caught.value.image_url
