"""A run that is stopped: what is done stays, what may be bought is unsure, the rest is nothing."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from glm_slackbot.domain.image_models import Provider
from glm_slackbot.domain.imagine import ImagineDefaults, parse_imagine
from glm_slackbot.engine.making import Endpoint
from glm_slackbot.engine.one_image import Maker
from glm_slackbot.engine.progress import NoProgress, Progress
from glm_slackbot.engine.run import Item, NoJournal, Run
from glm_slackbot.engine.saving import Place
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

    def is_heard(self) -> bool:
        return True


def items(count: int, key: str = "") -> list[Item]:
    request = parse_imagine("a fox", ImagineDefaults())
    return [Item("a fox", request, request_id=f"r{n}", key=key) for n in range(count)]


async def stopped(
    http: httpx.AsyncClient,
    glm: GLMStandIn,
    given: list[Item],
    posts: int,
    way: Endpoint | None = None,
    folder: Path | None = None,
) -> None:
    """Cancelled as soon as so many orders were sent."""
    maker = Maker(http, KEY, Terms(Provider.ZAI, {}, way), 60.0, None, None, folder)
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
    assert unsure.fields["request_id"] == glm.purchases[1].task_id
    assert words in unsure.words
    assert untouched is None


async def test_what_the_provider_was_too_busy_for_is_not_bought(
    http: httpx.AsyncClient, glm: GLMStandIn
) -> None:
    glm.weather.always(glm_weather.error("1302"))
    given = items(2)
    await stopped(http, glm, given, posts=1)
    assert [item.outcome for item in given] == [None, None]


@pytest.mark.parametrize(("level", "code"), [(None, "DOWNLOAD_FAILED"), (0, "UNSURE")])
async def test_what_was_made_and_not_fetched_keeps_its_link_unless_it_is_withheld(
    http: httpx.AsyncClient, glm: GLMStandIn, tmp_path: Path, level: int | None, code: str
) -> None:
    plan = glm_weather.link_missing() if level is None else glm_weather.filtered(level)
    glm.weather.always(replace(plan, seconds=0.3))
    [item] = given = items(1)
    await stopped(http, glm, given, posts=1, way=Endpoint.SYNC, folder=tmp_path)
    assert item.outcome is not None
    assert item.outcome.fields["error"]["code"] == code
    assert (item.outcome.fields["image_url"] is None) is (level is not None)


async def test_where_nothing_can_be_kept_no_more_is_bought(
    http: httpx.AsyncClient, glm: GLMStandIn, tmp_path: Path
) -> None:
    given = items(3)
    maker = Maker(
        http, KEY, Terms(Provider.ZAI, {}), 60.0, None, Place(tmp_path), tmp_path / "nowhere"
    )
    await Run(maker, given, NoScreen()).all(1)
    failed, *untouched = (item.outcome for item in given)
    assert failed is not None
    assert failed.fields["error"]["code"] == "DOWNLOAD_FAILED"
    assert (untouched, len(glm.purchases)) == ([None, None], 1)


class StopsWhenSaving(NoJournal):
    """Ctrl-C comes when the bytes are there, and the name is claimed."""

    def __init__(self) -> None:
        self.loop = asyncio.get_running_loop()
        self.running: asyncio.Task[None] | None = None

    def saving(self, path: Path, byte_count: int) -> None:
        assert self.running is not None
        self.loop.call_soon_threadsafe(self.running.cancel)
        time.sleep(0.1)


async def test_what_is_here_gets_its_name_whatever_comes(
    http: httpx.AsyncClient, tmp_path: Path
) -> None:
    given, journal = items(2), StopsWhenSaving()
    given[0].journal = journal
    maker = Maker(http, KEY, Terms(Provider.ZAI, {}), 60.0, None, Place(tmp_path), tmp_path)
    journal.running = asyncio.create_task(Run(maker, given, NoScreen()).all(1))
    with pytest.raises(asyncio.CancelledError):
        await journal.running
    done, untouched = (item.outcome for item in given)
    assert done is not None
    assert done.fields["saved_file"] == str(tmp_path / "a-fox.png")
    assert untouched is None


class DeafAfterOne(NoScreen):
    """Somebody reads the first end, and goes."""

    is_there = True

    def ends(self, item: Item) -> None:
        self.is_there = False

    def is_heard(self) -> bool:
        return self.is_there


async def test_where_nobody_listens_what_is_not_ordered_is_let_go_and_the_rest_is_finished(
    http: httpx.AsyncClient, glm: GLMStandIn
) -> None:
    glm.weather.next(glm_weather.error("1302"), glm_weather.slow(0.4), glm_weather.slow(0.8))
    given = items(4)
    maker = Maker(http, KEY, Terms(Provider.ZAI, {}), 60.0, None, None, None)
    await Run(maker, given, DeafAfterOne()).all(3)
    busy, done, on_its_way, untouched = (item.outcome for item in given)
    assert (busy, untouched, len(glm.purchases)) == (None, None, 2)
    assert done is not None
    assert on_its_way is not None
    assert done.ok
    assert on_its_way.ok
