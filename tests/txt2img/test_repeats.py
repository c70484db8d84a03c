"""Programs that give up waiting and ask the same again: what was made is theirs, and paid once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import pytest
from clock import FastClock

from glm_slackbot.engine.txt2img.errands import MEMORY_S
from glm_slackbot.sandbox.glm_api import GLMStandIn
from glm_slackbot.sandbox.glm_weather import error, lost_after_billing

from .conftest import Served, ServerStarter, until

Unclaimed = Callable[[], list[Path]]

FOX = {"prompt": "a fox", "seed": 7}


async def give_up(served: Served, glm: GLMStandIn, **more: Any) -> None:
    """Ask, and go away once something is ordered."""
    ordered = len(glm.requests)
    asking = asyncio.create_task(served.ask(**FOX | more))
    await until(lambda: len(glm.requests) > ordered)
    asking.cancel()
    with suppress(asyncio.CancelledError):
        await asking


@pytest.fixture
def unclaimed(tmp_path: Path) -> Unclaimed:
    """The images that nobody waited for."""
    return lambda: list(tmp_path.glob("unclaimed/*.png"))


def is_taken_up(answer: httpx.Response) -> bool:
    """Whether it says so."""
    return any(
        "nothing was ordered a second time" in note for note in answer.json().get("notes", ())
    )


async def test_who_asks_again_while_it_is_made_gets_that_very_image(
    served: Served, glm: GLMStandIn, unclaimed: Unclaimed
) -> None:
    glm.weather.seconds = 0.3
    await give_up(served, glm)
    answer = await served.ask(**FOX)
    assert (answer.status_code, answer.json()["count"], is_taken_up(answer)) == (200, 1, True)
    assert len(glm.purchases) == 1
    assert not unclaimed()


async def test_who_asks_again_once_it_is_made_gets_what_was_kept_and_the_next_one_buys(
    served: Served, glm: GLMStandIn, unclaimed: Unclaimed
) -> None:
    glm.weather.seconds = 0.1
    await give_up(served, glm)
    await until(unclaimed)
    answer = await served.ask(**FOX)
    assert (answer.status_code, is_taken_up(answer), len(glm.purchases)) == (200, True, 1)
    assert not unclaimed()

    assert not is_taken_up(await served.ask(**FOX))
    assert len(glm.purchases) == 2


async def test_who_gives_up_twice_gets_it_the_third_time(
    served: Served, glm: GLMStandIn, unclaimed: Unclaimed
) -> None:
    glm.weather.seconds = 0.5
    await give_up(served, glm)
    with suppress(httpx.ReadTimeout):
        await served.program.post("/txt2img", json=FOX, timeout=0.1)
    assert (await served.ask(**FOX)).status_code == 200
    assert len(glm.purchases) == 1
    assert not unclaimed()


async def test_who_gives_up_again_and_again_does_not_fill_the_server(
    start: ServerStarter, glm: GLMStandIn
) -> None:
    glm.weather.seconds = 1.5
    async with start(most_requests=4) as served:
        for _ in range(9):
            with suppress(httpx.ReadTimeout):
                await served.program.post("/txt2img", json=FOX, timeout=0.1)
        assert (await served.ask(**FOX)).status_code == 200
    assert len(glm.purchases) == 1


async def test_who_waits_still_has_images_of_their_own(served: Served, glm: GLMStandIn) -> None:
    glm.weather.seconds = 0.2
    both = await asyncio.gather(served.ask(**FOX), served.ask(**FOX))
    assert [is_taken_up(answer) for answer in both] == [False, False]
    assert len(glm.purchases) == 2


async def test_another_seed_is_another_request(served: Served, glm: GLMStandIn) -> None:
    glm.weather.seconds = 0.2
    await give_up(served, glm)
    assert not is_taken_up(await served.ask(**FOX | {"seed": 8}))
    assert len(glm.purchases) == 2


async def test_an_order_whose_answer_was_lost_is_told_before_it_is_ordered_again(
    served: Served, glm: GLMStandIn
) -> None:
    glm.weather.submit_seconds = 0.2
    glm.weather.next(lost_after_billing())
    await give_up(served, glm)
    answer = await served.ask(**FOX)
    told = answer.json()["error"]
    assert (answer.status_code, told["code"], told["may_be_charged"]) == (502, "UNSURE", True)
    assert is_taken_up(answer)

    assert (await served.ask(**FOX)).status_code == 200
    assert len(glm.purchases) == 2


async def test_what_was_not_ordered_any_more_is_ordered_now(
    start: ServerStarter, glm: GLMStandIn, unclaimed: Unclaimed
) -> None:
    glm.weather.seconds = 0.1
    async with start(concurrency=1) as served:
        await give_up(served, glm, samples=3)
        await until(unclaimed)
        assert len(glm.purchases) == 1
        answer = await served.ask(**FOX, samples=3)
    assert (answer.json()["count"], "errors" in answer.json()) == (3, False)
    assert len(glm.purchases) == 3


async def test_what_was_not_charged_is_ordered_anew(served: Served, glm: GLMStandIn) -> None:
    glm.weather.submit_seconds = 0.2
    glm.weather.next(error("1214"))
    await give_up(served, glm)
    await until(lambda: not served.server._open)
    answer = await served.ask(**FOX)
    assert (answer.status_code, is_taken_up(answer)) == (200, False)


async def test_after_ten_minutes_it_is_another_request(
    served: Served, glm: GLMStandIn, unclaimed: Unclaimed, clock: FastClock
) -> None:
    await give_up(served, glm)
    await until(unclaimed)
    clock.advance(MEMORY_S + 1)
    assert not is_taken_up(await served.ask(**FOX))
    assert len(glm.purchases) == 2
    assert len(unclaimed()) == 1


async def test_an_image_that_somebody_took_from_the_folder_is_bought_anew(
    served: Served, glm: GLMStandIn, unclaimed: Unclaimed
) -> None:
    await give_up(served, glm)
    await until(unclaimed)
    unclaimed()[0].unlink()
    answer = await served.ask(**FOX)
    assert (answer.status_code, is_taken_up(answer), len(glm.purchases)) == (200, False, 2)
