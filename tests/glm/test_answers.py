"""Answers of every shape: filtered, blocked, lost, from a proxy, nonsense."""

from __future__ import annotations

import pytest

from glm_slackbot.glm import (
    GeneratedImage,
    GLMError,
    GLMImageClient,
    ImageOrder,
    Kind,
)
from glm_slackbot.glm.answers import Answer
from glm_slackbot.sandbox.glm_api import GLMStandIn
from glm_slackbot.sandbox.glm_weather import (
    Plan,
    Reply,
    blocked,
    error,
    filtered,
    html,
    lost_after_billing,
    polled,
)


@pytest.mark.parametrize("level", [0, 1, 2, 3, None])
async def test_an_image_is_returned_with_its_level_whatever_it_is(
    client: GLMImageClient, glm: GLMStandIn, order: ImageOrder, level: int | None
) -> None:
    glm.weather.next(filtered(level))
    image = await client.generate(order)
    assert image.content_filter_level == level
    assert (image.withheld, image.questionable) == (level in (0, 1), level == 2)


def test_a_level_counts_as_whatever_type_it_comes() -> None:
    for sent, level in [("0", 0), (" 1 ", 1), (1.0, 1), (2, 2)]:
        assert answer_of(sent).filter_level == level
    for sent in (True, False, 0.5, "", "high", "²", "9" * 5000, None, float("nan"), [0]):
        assert answer_of(sent).filter_level is None


def answer_of(level: object) -> Answer:
    payload = {"content_filter": [{"role": "assistant", "level": level}]}
    return Answer(status=200, payload=payload, headers={}, bought=True)


@pytest.mark.parametrize("how", ["generate", "submit"])
async def test_a_success_without_a_link_is_a_policy_refusal(
    client: GLMImageClient, glm: GLMStandIn, order: ImageOrder, how: str
) -> None:
    glm.weather.next(blocked(1))
    with pytest.raises(GLMError) as caught:
        await (client.generate(order) if how == "generate" else _submit_and_poll(client, order))
    assert (caught.value.kind, caught.value.level) == (Kind.POLICY, 1)


async def _submit_and_poll(client: GLMImageClient, order: ImageOrder) -> None:
    await client.result(await client.submit(order))


async def test_a_policy_refusal_carries_level_code_and_words(
    zai_client: GLMImageClient, glm: GLMStandIn, order: ImageOrder
) -> None:
    glm.weather.next(error("1301"))
    with pytest.raises(GLMError, match="sensitive") as caught:
        await zai_client.submit(order)
    assert (caught.value.kind, caught.value.level) == (Kind.POLICY, 2)
    assert not caught.value.may_have_billed


async def test_a_connection_lost_after_it_stood_may_have_billed(
    client: GLMImageClient, glm: GLMStandIn, order: ImageOrder
) -> None:
    glm.weather.next(lost_after_billing())
    with pytest.raises(GLMError) as caught:
        await client.submit(order)
    assert caught.value.kind is Kind.LOST
    assert caught.value.may_have_billed
    assert len(glm.purchases) == 1


async def test_a_lost_poll_billed_nothing_and_may_be_repeated(
    client: GLMImageClient, glm: GLMStandIn, order: ImageOrder
) -> None:
    glm.weather.next(polled(Reply(drop=True), Reply(status=502, text="<html>")))
    task_id = await client.submit(order)
    for kind in (Kind.LOST, Kind.FAULT):
        with pytest.raises(GLMError) as caught:
            await client.result(task_id)
        assert (caught.value.kind, caught.value.may_have_billed) == (kind, False)
        assert caught.value.passing
    assert isinstance(await client.result(task_id), GeneratedImage)


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (200, Kind.LOST),
        (302, Kind.LOST),
        (502, Kind.FAULT),
        (429, Kind.BUSY),
        (403, Kind.API_KEY_REFUSED),
    ],
)
async def test_html_from_a_proxy_is_read_by_its_status(
    client: GLMImageClient, glm: GLMStandIn, order: ImageOrder, status: int, kind: Kind
) -> None:
    glm.weather.next(html(status))
    with pytest.raises(GLMError) as caught:
        await client.submit(order)
    assert caught.value.kind is kind


@pytest.mark.parametrize(
    "body",
    [
        "[" * 100_000,
        '{"a":' * 50_000,
        "null",
        "[]",
        "{}",
        '{"id": null}',
        '{"id": ""}',
        '{"id": ["x"]}',
        '{"id": "x"' + " " * 2**20 + "}",
        '{"id": ' + "9" * 5000 + "}",
    ],
    ids=lambda body: body[:12],
)
async def test_nonsense_in_a_success_is_lost_and_never_a_crash(
    client: GLMImageClient, glm: GLMStandIn, order: ImageOrder, body: str
) -> None:
    glm.weather.next(Plan(reply=Reply(text=body)))
    with pytest.raises(GLMError) as caught:
        await client.submit(order)
    assert caught.value.kind is Kind.LOST
    assert caught.value.may_have_billed


@pytest.mark.parametrize("answer", [{}, {"task_status": 3}, {"task_status": "SUCCESS"}])
async def test_a_poll_that_says_nothing_is_lost(
    client: GLMImageClient, glm: GLMStandIn, answer: dict[str, object]
) -> None:
    glm.weather.next_poll(Reply(json=answer))
    with pytest.raises(GLMError) as caught:
        await client.result("1-2")
    assert caught.value.kind is Kind.LOST


async def test_an_odd_task_id_stays_inside_the_path(
    client: GLMImageClient, glm: GLMStandIn
) -> None:
    with pytest.raises(GLMError):
        await client.result("a/b?c#d \ud83d")
    assert glm.requests[-1].query == ""
