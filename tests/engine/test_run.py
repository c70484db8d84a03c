"""A run that is stopped: what is done stays, what may be bought is unsure, the rest is nothing."""

from __future__ import annotations

import asyncio

import httpx
import pytest

from glm_slackbot.domain.image_models import Provider
from glm_slackbot.domain.imagine import ImagineDefaults, parse_imagine
from glm_slackbot.engine.one_image import Maker
from glm_slackbot.engine.progress import NoProgress, Progress
from glm_slackbot.engine.run import Item, Run
from glm_slackbot.engine.wish import Terms
from glm_slackbot.glm import ApiKey
from glm_slackbot.sandbox import glm_weather
from glm_slackbot.sandbox.glm_api import TEST_API_KEYS, GLMStandIn

KEY = ApiKey(Provider.ZAI, TEST_API_KEYS[Provider.ZAI])


class NoScreen:
    def begins(self, item: Item) -> Progress:
        return NoProgress()

    def ends(self, item: Item) -> None:
        return None


def items(count: int, key: str = "") -> list[Item]:
    request = parse_imagine("a fox", ImagineDefaults())
    return [Item("a fox", request, request_id=f"r{n}", key=key) for n in range(count)]


async def stopped(http: httpx.AsyncClient, glm: GLMStandIn, given: list[Item], posts: int) -> None:
    """Cancelled as soon as so many orders were sent."""
    maker = Maker(http, KEY, Terms(Provider.ZAI, {}), 60.0, None, None, None)
    running = asyncio.create_task(Run(maker, given, NoScreen()).all(1))
    while len([seen for seen in glm.requests if seen.method == "POST"]) < posts:  # noqa: ASYNC110
        await asyncio.sleep(0.01)
    await asyncio.sleep(0.1)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running


@pytest.mark.parametrize(
    ("key", "words"), [("", "not ordered again by itself"), ("k", "run the same again")]
)
async def test_what_is_on_its_way_is_unsure(
    http: httpx.AsyncClient, glm: GLMStandIn, key: str, words: str
) -> None:
    glm.weather.next(glm_weather.slow(0), glm_weather.slow(30))
    given = items(3, key)
    await stopped(http, glm, given, posts=2)
    done, unsure, untouched = (item.outcome for item in given)
    assert done is not None
    assert done.ok
    assert unsure is not None
    assert unsure.fields["error"]["code"] == "UNSURE"
    assert words in unsure.words
    assert untouched is None


async def test_what_the_provider_was_too_busy_for_is_not_bought(
    http: httpx.AsyncClient, glm: GLMStandIn
) -> None:
    glm.weather.always(glm_weather.error("1302"))
    given = items(2)
    await stopped(http, glm, given, posts=1)
    assert [item.outcome for item in given] == [None, None]
