"""Waiting for a task: what a poll says is borne with, and nothing is bought again."""

from __future__ import annotations

import pytest

from glm_slackbot.glm import GLMError, GLMImageClient, ImageOrder, Kind
from glm_slackbot.sandbox.glm_api import GLMStandIn
from glm_slackbot.sandbox.glm_weather import Reply, fails, never_done, refusal, slow


async def test_waiting_for_a_task_gives_its_image_though_a_poll_is_lost(
    client: GLMImageClient, glm: GLMStandIn, order: ImageOrder
) -> None:
    glm.weather.next(slow(0.3))
    glm.weather.next_poll(Reply(drop=True), refusal("1305"))
    made = await client.wait(await client.submit(order))
    assert made.url.startswith("https://")
    assert len(glm.purchases) == 1


async def test_a_task_that_failed_is_not_waited_for(
    client: GLMImageClient, glm: GLMStandIn, order: ImageOrder
) -> None:
    glm.weather.next(fails())
    with pytest.raises(GLMError) as caught:
        await client.wait(await client.submit(order))
    assert caught.value.kind is Kind.TASK_FAILED


@pytest.mark.parametrize(
    ("poll", "words"), [(None, "within 0.1 s"), (refusal("1200"), "within 0.1 s: fault")]
)
async def test_when_the_time_is_up_the_task_is_named_and_may_be_charged(
    client: GLMImageClient, glm: GLMStandIn, order: ImageOrder, poll: Reply | None, words: str
) -> None:
    glm.weather.next(never_done())
    glm.weather.next_poll(*filter(None, [poll]))
    task_id = await client.submit(order)
    with pytest.raises(GLMError, match=f"{task_id} was not done {words}") as caught:
        await client.wait(task_id, allowed_s=0.1)
    assert (caught.value.kind, caught.value.may_have_billed) == (Kind.LOST, True)
