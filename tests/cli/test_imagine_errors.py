"""Every way in which the provider says no, as exit code, as JSON and as words."""

from __future__ import annotations

import pytest
from imagining import Program

from glm_slackbot.glm.errors import CODE_TABLE, Kind
from glm_slackbot.sandbox import glm_weather
from glm_slackbot.sandbox.glm_api import GLMStandIn
from glm_slackbot.sandbox.glm_codes import STATUS_OF_CODE
from glm_slackbot.sandbox.glm_weather import Plan, Reply

SHORT = ("--timeout", "1.8")
"""Less than the first pause for a busy provider, and enough for an answer on a slow machine."""


# ---- refused by policy: 3


@pytest.mark.parametrize(
    ("plan", "code", "level", "is_charged"),
    [
        (glm_weather.error("1301"), "1301", 2, False),
        (glm_weather.blocked(), "content_filter", 1, True),
        (glm_weather.filtered(0), "content_filter", 0, True),
        (glm_weather.filtered(1), "content_filter", 1, True),
        (glm_weather.fails("1301", "unsafe"), "1301", None, True),
    ],
)
async def test_a_refusal_is_3(
    imagine: Program, glm: GLMStandIn, plan: Plan, code: str, level: int | None, is_charged: bool
) -> None:
    glm.weather.always(plan)
    way = "--async" if plan.task_status == "FAIL" else "--sync"
    ended = await imagine.run("a fox", "--json", way, "--save", "out")
    assert (ended.code, ended.error["code"]) == (3, code)
    assert ended.object["content_filter"] == level
    assert (ended.object["cost"] is not None) is is_charged
    assert ended.object["image_url"] is None
    assert list((imagine.folder / "out").iterdir()) == []


# ---- provider, network, TIMEOUT and UNSURE: 4

PASSED_ON = sorted(
    code
    for code, kind in CODE_TABLE.items()
    if kind not in (Kind.POLICY, Kind.FAULT, Kind.BUSY, Kind.OVERLOADED)
)


async def test_codes_of_the_provider_are_passed_on_as_given(
    imagine: Program, glm: GLMStandIn
) -> None:
    glm.weather.next(*(glm_weather.error(code, message=f"words {code}") for code in PASSED_ON))
    for code in PASSED_ON:
        ended = await imagine.run("a fox", "--json")
        status = STATUS_OF_CODE[code]
        assert ended.error == {"code": code, "message": f"words {code}", "status": status}
        assert (ended.code, ended.object["cost"]) == (4, None)
    assert glm.purchases == []


@pytest.mark.parametrize(
    ("plan", "code", "words"),
    [
        (glm_weather.error("1302"), "TIMEOUT", "nothing was bought"),
        (glm_weather.error("1305"), "TIMEOUT", "overloaded"),
        (glm_weather.busy_without_code(), "TIMEOUT", "nothing was bought"),
        (glm_weather.error("9999"), "9999", "something new"),
        (glm_weather.error("9999", 429), "9999", "something new"),
        (Plan(reply=Reply(status=404, json={}), billed=False), "404", "404"),
    ],
)
async def test_what_was_not_bought_is_told_so(
    imagine: Program, glm: GLMStandIn, plan: Plan, code: str, words: str
) -> None:
    glm.weather.always(plan)
    ended = await imagine.run("a fox", "--json", *SHORT)
    assert (ended.code, ended.error["code"], ended.object["cost"]) == (4, code, None)
    assert words in ended.error["message"]
    assert glm.purchases == []


@pytest.mark.parametrize("way", ["--sync", "--async"])
@pytest.mark.parametrize(
    "plan",
    [
        glm_weather.lost_after_billing(),
        glm_weather.lost_before_billing(),
        glm_weather.error("1234", billed=True),
        glm_weather.html(502, billed=True),
        glm_weather.slow(30),
    ],
)
async def test_what_may_have_been_bought_is_unsure_and_ordered_once(
    imagine: Program, glm: GLMStandIn, plan: Plan, way: str
) -> None:
    glm.weather.always(plan)
    ended = await imagine.run("a fox", "--json", way, *SHORT)
    assert (ended.code, ended.error["code"]) == (4, "UNSURE")
    assert ended.object["cost"] == {"amount": 0.015, "currency": "USD"}
    assert len([seen for seen in glm.requests if seen.method == "POST"]) == 1


async def test_a_task_that_fails_has_the_providers_own_word(
    imagine: Program, glm: GLMStandIn
) -> None:
    glm.weather.always(glm_weather.fails())
    ended = await imagine.run("a fox", "--json")
    assert (ended.code, ended.error["code"]) == (4, "FAIL")
    assert ended.object["cost"] is not None


async def test_an_order_that_is_not_done_in_time_names_its_task(
    imagine: Program, glm: GLMStandIn
) -> None:
    glm.weather.always(glm_weather.never_done())
    ended = await imagine.run("a fox", "--json", *SHORT)
    [bought] = glm.purchases
    assert (ended.code, ended.error["code"]) == (4, "UNSURE")
    assert ended.object["request_id"] == bought.task_id
    assert f"https://api.z.ai/api/paas/v4/async-result/{bought.task_id}" in ended.error["message"]
    assert "The bot" not in ended.stderr


async def test_a_poll_that_is_refused_is_unsure(imagine: Program, glm: GLMStandIn) -> None:
    glm.weather.next_poll(glm_weather.refusal("1000"))
    ended = await imagine.run("a fox", "--json")
    assert (ended.code, ended.error["code"]) == (4, "UNSURE")


async def test_a_provider_that_cannot_be_reached_is_a_network_error(imagine: Program) -> None:
    nobody = {"HTTPS_PROXY": "http://127.0.0.1:9"}
    ended = await imagine.run("a fox", "--json", "--timeout", "1", **nobody)
    assert (ended.code, ended.error["code"]) == (4, "NETWORK_ERROR")
    assert "api.z.ai could not be reached" in ended.error["message"]
    assert "(ConnectError " in ended.error["message"]
    assert "(ConnectError " in ended.stderr


@pytest.mark.parametrize(
    ("plan", "words"),
    [
        (glm_weather.link_refused(), "no longer at the link"),
        (glm_weather.not_an_image(), "not an image"),
        (glm_weather.unsafe_link("http://127.0.0.1/x.png"), "not safe"),
    ],
)
async def test_an_image_that_cannot_be_fetched_keeps_its_link(
    imagine: Program, glm: GLMStandIn, plan: Plan, words: str
) -> None:
    glm.weather.always(plan)
    ended = await imagine.run("a fox", "--json", "--save", "out")
    assert (ended.code, ended.error["code"]) == (4, "DOWNLOAD_FAILED")
    assert words in ended.error["message"]
    assert ended.object["image_url"]
    assert ended.object["cost"] is not None


async def test_an_image_that_does_not_come_in_time_keeps_its_link(
    imagine: Program, glm: GLMStandIn
) -> None:
    glm.weather.always(glm_weather.link_missing())
    ended = await imagine.run("a fox", "--json", "--save", "out", *SHORT)
    assert (ended.code, ended.error["code"]) == (4, "DOWNLOAD_FAILED")
    assert "before its file was here" in ended.error["message"]
    assert ended.object["image_url"]


async def test_people_read_what_it_means_and_whether_it_costs(
    imagine: Program, glm: GLMStandIn
) -> None:
    glm.weather.next(glm_weather.error("1113"), glm_weather.lost_after_billing())
    broke, lost = await imagine.run("a fox"), await imagine.run("a fox")
    assert broke.stderr.startswith("glm-slackbot: 1113, not charged: The account at api.z.ai")
    assert lost.stderr.startswith("glm-slackbot: UNSURE, may be charged: The order was sent")
    assert (broke.stdout, lost.stdout) == ("", "")


async def test_images_that_all_fail_in_different_ways_end_with_the_highest_code(
    imagine: Program, glm: GLMStandIn
) -> None:
    glm.weather.next(glm_weather.error("1301"), glm_weather.error("1210"))
    ended = await imagine.run("a fox", "--n", "2", "--json", "--concurrency", "1")
    assert (ended.code, len(ended.objects)) == (4, 2)


async def test_an_api_key_that_is_refused_is_not_tried_for_the_rest(
    imagine: Program, glm: GLMStandIn
) -> None:
    glm.weather.always(glm_weather.error("1113"))
    ended = await imagine.run("a fox", "--n", "3", "--json", "--concurrency", "1")
    assert [one["error"]["code"] for one in ended.objects] == ["1113"] * 3
    assert len(glm.requests) == 1
