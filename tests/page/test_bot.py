"""The bot behind the page: killed, stopped, started, and delivered to in two ways."""

from __future__ import annotations

import asyncio

import pytest

from glm_slackbot.sandbox.page import bot_process
from glm_slackbot.sandbox.page.bot_process import start_bot as start_cold_bot
from glm_slackbot.sandbox.page.stage import Stage

from .visitor import Visitor


async def test_killed_in_the_middle_of_an_image_it_goes_on_without_a_second_purchase(
    stage: Stage, dana: Visitor
) -> None:
    stage.glm.weather.seconds = 2.0
    await dana.say("/imagine a fox")
    await dana.until(lambda: dana.sent("async-result"))  # the task is on its row by then
    await dana.act("bot", what="kill")
    await dana.until(lambda: not dana.state["bot"]["running"])
    await dana.act("bot", what="start")

    [image] = await dana.see_images()
    assert "a fox" in str(image["blocks"])
    assert len(stage.glm.purchases) == 1
    assert dana.state["bot"]["restarts"] == 1


async def test_while_it_is_down_slack_says_so_and_the_page_keeps_what_is_there(
    stage: Stage, quiet: Visitor
) -> None:
    await quiet.say("/imagine a fox")
    failed = await quiet.see("failed with the error")

    assert failed["name"] == "Slackbot"
    assert failed["only_for"] == "U1"
    assert 'failed with the error "dispatch_failed"' in failed["text"]
    assert (await quiet.try_to("bot", what="kill"))[0] == 409
    assert not quiet.state["bot"]["running"]


async def test_a_mention_while_it_is_down_is_told_when_it_is_back(
    stage: Stage, quiet: Visitor
) -> None:
    stage.slack.event_pauses = (0.5,) * 20
    await quiet.say("@GLM-Image a fox")
    assert await quiet.see("a fox")
    await quiet.act("bot", what="start")
    [image] = await quiet.see_images()
    assert image["thread_ts"]
    assert len(stage.glm.purchases) == 1


async def test_the_way_of_delivery_is_changed_by_a_restart(stage: Stage, dana: Visitor) -> None:
    await dana.act("bot", what="start", way="socket")
    assert (stage.slack.request_url, stage.slack.socket.connections) == (None, 1)
    await dana.say("/imagine a fox")
    await dana.see_images()
    assert dana.state["bot"]["way"] == "socket"

    await dana.act("bot", what="kill")
    await dana.until(lambda: not dana.state["bot"]["running"])
    await dana.say("/imagine an owl")
    assert await dana.see("dispatch_failed")
    await dana.act("bot", what="start", way="http")
    assert stage.slack.request_url


async def test_stopping_it_lets_it_finish(stage: Stage, dana: Visitor) -> None:
    await dana.act("bot", what="stop")
    await dana.until(lambda: not dana.state["bot"]["running"])
    assert dana.sent("auth.test")


async def test_killed_while_it_starts_it_is_told_in_a_sentence(
    quiet: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bot_process, "start_bot", start_cold_bot)  # a warm one may be up by then
    starting = asyncio.create_task(quiet.try_to("bot", what="start"))
    await quiet.until(lambda: quiet.state["bot"]["starting"])
    await asyncio.sleep(0.1)
    await quiet.act("bot", what="kill")

    status, answer = await starting
    assert status == 409
    assert answer["error"].startswith("The bot did not start: ")
    await quiet.until(lambda: not quiet.state["bot"]["starting"])


async def test_a_bot_that_finds_no_slack_runs_and_goes_on_looking_for_it(
    stage: Stage, quiet: Visitor
) -> None:
    await quiet.act("weather", slack="away")
    await quiet.act("bot", what="start", way="socket")
    await quiet.until(lambda: quiet.state["bot"]["running"])
    assert stage.slack.socket.connections == 0
    await quiet.act("weather", slack="fine")
    await stage.slack.socket.connected(40)
