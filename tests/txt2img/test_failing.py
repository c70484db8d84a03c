"""What goes wrong at the provider: the status, the code, the sentence, and what it costs."""

from __future__ import annotations

import asyncio

import pytest
from clock import FastClock

from glm_slackbot.domain.image_models import Provider
from glm_slackbot.sandbox.glm_api import GLMStandIn
from glm_slackbot.sandbox.glm_weather import (
    Plan,
    blocked,
    error,
    fails,
    filtered,
    html,
    link_refused,
    lost_after_billing,
    never_done,
    not_an_image,
)
from glm_slackbot.sandbox.network import StandInNetwork

from .conftest import Served, ServerStarter


@pytest.mark.parametrize(
    ("plan", "status", "code", "words", "billed"),
    [
        (error("1301"), 422, "1301", "content policy of api.z.ai", 0),
        (filtered(1), 422, "content_filter", "rates it level 1", 1),
        (blocked(1), 422, "content_filter", "content policy", 1),
        (error("1214"), 400, "1214", "did not accept the request", 0),
        (error("1261"), 400, "1261", "too long", 0),
        (error("9999", 400), 400, "9999", "did not accept the request", 0),
        (error("1113"), 502, "1113", "has no balance", 0),
        (error("1000"), 502, "1000", "does not accept the API key", 0),
        (error("1308"), 502, "1308", "used up what its plan allows", 0),
        (error("9999", 429), 429, "9999", "turned the request down for now", 0),
        (error("1211"), 502, "1211", "does not offer this model", 0),
        (error("9999", 403), 502, "9999", "does not accept the API key", 0),
        (fails(), 502, "FAIL", "did not finish it", 1),
        (fails("1301"), 422, "1301", "content policy", 1),
        (lost_after_billing(), 502, "UNSURE", "not known whether", 1),
        (html(502, billed=True), 502, "UNSURE", "not known whether", 1),
        (error("1200", billed=True), 502, "UNSURE", "internal error", 1),
        (not_an_image(), 502, "DOWNLOAD_FAILED", "not an image", 1),
    ],
)
async def test_an_end_without_an_image_is_told_and_not_bought_again(
    served: Served,
    glm: GLMStandIn,
    plan: Plan,
    status: int,
    code: str,
    words: str,
    billed: int,
) -> None:
    glm.weather.next(plan)
    answer = await served.ask()
    told = answer.json()["error"]
    assert (answer.status_code, told["status"], told["code"]) == (status, status, code)
    assert words in told["message"]
    assert told["may_be_charged"] is (billed > 0)
    assert len(glm.purchases) == billed
    assert sum(seen.method == "POST" for seen in glm.requests) == 1


async def test_a_busy_provider_is_waited_out(served: Served, glm: GLMStandIn) -> None:
    glm.weather.next(error("1302"), error("1305"))
    assert (await served.ask()).status_code == 200
    assert len(glm.purchases) == 1


async def test_a_provider_that_stays_busy_is_a_timeout_at_which_nothing_was_bought(
    start: ServerStarter, glm: GLMStandIn
) -> None:
    glm.weather.always(error("1302"))
    async with start(timeout_s=5) as served:
        status, code, words = await served.error()
    assert (status, code) == (504, "TIMEOUT")
    assert "nothing was bought" in words


async def test_a_provider_that_is_busy_for_ten_minutes_is_429(
    start: ServerStarter, glm: GLMStandIn, clock: FastClock
) -> None:
    glm.weather.always(error("1302"))
    async with start(timeout_s=900) as served:
        asking = asyncio.create_task(served.ask())
        while not asking.done():
            await clock.pass_by(30)
    answer = asking.result()
    assert (answer.status_code, answer.json()["error"]["code"]) == (429, "1302")
    assert answer.headers["Retry-After"] == "30"


async def test_an_image_that_is_not_done_in_time_is_unsure(
    start: ServerStarter, glm: GLMStandIn
) -> None:
    glm.weather.next(never_done())
    async with start(timeout_s=5) as served:
        status, code, words = await served.error()
    assert (status, code) == (502, "UNSURE")
    assert "may still be made" in words


async def test_a_provider_that_cannot_be_reached_is_a_network_error(
    start: ServerStarter, glm: GLMStandIn, network: StandInNetwork
) -> None:
    network.unreachable = [Provider.ZAI.host]
    async with start() as served:
        status, code, words = await served.error()
    assert (status, code) == (502, "NETWORK_ERROR")
    assert "could not be reached" in words
    assert not glm.purchases


async def test_a_bought_image_that_cannot_be_fetched_is_told_with_its_link(
    served: Served, glm: GLMStandIn
) -> None:
    glm.weather.next(link_refused(403))
    answer = await served.ask()
    told = answer.json()["error"]
    assert (answer.status_code, told["code"]) == (502, "DOWNLOAD_FAILED")
    assert told["image_url"].startswith("https://mfile.z.ai/")


async def test_what_was_made_is_given_although_the_rest_failed(
    served: Served, glm: GLMStandIn
) -> None:
    glm.weather.next(Plan(), error("1214"), lost_after_billing())
    answer = await served.ask(samples=3)
    told = answer.json()
    assert (answer.status_code, told["count"], len(told["images"])) == (200, 1, 1)
    assert {each["code"] for each in told["errors"]} == {"1214", "UNSURE"}
    assert len(glm.purchases) == 2


async def test_of_many_failures_the_one_that_may_cost_money_comes_first(
    served: Served, glm: GLMStandIn
) -> None:
    glm.weather.next(error("1214"), lost_after_billing())
    answer = await served.ask(samples=2)
    assert (answer.status_code, answer.json()["error"]["code"]) == (502, "UNSURE")
    assert sorted(each["code"] for each in answer.json()["errors"]) == ["1214", "UNSURE"]


@pytest.mark.parametrize("code", ["1301", "1113"])
async def test_what_would_end_the_same_way_is_not_ordered_any_more(
    start: ServerStarter, glm: GLMStandIn, code: str
) -> None:
    glm.weather.always(error(code))
    async with start(concurrency=1) as served:
        answer = await served.ask(samples=4)
    assert [each["code"] for each in answer.json()["errors"]] == [code] * 4
    assert len(glm.requests) == 1


async def test_who_finds_no_place_in_time_is_told_that_nothing_was_ordered(
    start: ServerStarter, glm: GLMStandIn, clock: FastClock
) -> None:
    clock.speed = 1
    glm.weather.seconds = 0.6
    async with start(provider=Provider.BIGMODEL, concurrency=1, timeout_s=1.0) as served:
        told = (await served.ask(model="cogview-4", samples=3)).json()
    [late] = told["errors"]
    assert late["code"] == "TIMEOUT"
    assert late["message"].startswith("No place became free within 1 seconds.")
    assert (told["count"], len(glm.purchases)) == (2, 2)
