"""Weather chosen on the page: which card comes of it, and that it passes."""

from __future__ import annotations

import pytest

from glm_slackbot.sandbox.page.stage import Stage

from .visitor import Visitor

CARDS = {
    "balance": "has no balance for images",
    "api_key": "does not accept the API key",
    "refuses": "does not allow this prompt",
    "withheld": "does not allow this prompt",
    "fails": "did not finish it",
    "fault": "reported an internal error",
    "lost": "does not order again by itself",
}
BOUGHT = ["withheld", "fails", "fault", "lost"]


async def test_every_end_that_comes_at_once_has_its_card(stage: Stage, dana: Visitor) -> None:
    for kind, words in CARDS.items():
        before = len(stage.glm.purchases)
        await dana.act("weather", glm=kind)
        await dana.act("reload")
        await dana.until(lambda: not dana.messages())
        await dana.say(f"/imagine {kind}")
        await dana.see(words)
        assert len(stage.glm.purchases) - before == (kind in BOUGHT), kind
    assert dana.state["weather"]["glm"] == "lost"


async def test_a_provider_that_is_down_is_waited_for_and_nothing_is_bought_twice(
    stage: Stage, dana: Visitor
) -> None:
    await dana.say("/imagine a fox")
    await dana.see_images()
    await dana.act("weather", glm="down")
    seen = len(dana.sent("images/generations"))
    await dana.say("/imagine an owl")
    await dana.see("Request accepted")
    await dana.act("weather", glm="fine")

    await dana.see_images(2)
    assert len(dana.sent("images/generations")) == seen + 1 == len(stage.glm.purchases)


async def test_a_busy_provider_is_asked_again(stage: Stage, dana: Visitor) -> None:
    await dana.act("weather", glm="busy")
    await dana.say("/imagine a fox")
    [refused] = await dana.until(lambda: dana.sent("images/generations"))
    assert (refused["ok"], refused["detail"]["status"]) == (False, 429)
    await dana.act("weather", glm="fine")
    await dana.see_images()


async def test_a_slack_that_is_too_busy_is_waited_for(stage: Stage, dana: Visitor) -> None:
    await dana.act("weather", slack="limited")
    await dana.say("/imagine a fox")
    refused = (await dana.until(lambda: dana.sent("users.info")))[0]
    assert refused["detail"] | {"retry_after": "3", "error": "ratelimited"} == refused["detail"]
    await dana.act("weather", slack="fine")
    await dana.see_images()


async def test_a_link_that_is_not_there_and_a_warning(stage: Stage, dana: Visitor) -> None:
    await dana.act("weather", glm="no_link")
    await dana.say("/imagine a fox")
    missed = (await dana.until(lambda: dana.sent("GET sfile")))[0]
    assert (missed["ok"], missed["detail"]["status"]) == (False, 404)

    await dana.act("weather", glm="warned")
    await dana.say("/imagine an owl")
    await dana.see_images()


@pytest.mark.parametrize("slack", ["away", "slow", "fine"])
async def test_what_holds_is_in_the_state(slack: str, quiet: Visitor) -> None:
    await quiet.act("weather", slack=slack, glm="slow")
    await quiet.until(lambda: quiet.state["weather"]["glm"] == "slow")
    weather = quiet.state["weather"]
    assert weather["slack"] == slack
    assert [c["id"] for c in weather["slack_choices"]] == ["fine", "limited", "away", "slow"]
    assert {"id": "lost", "label": "Answer lost after billing"} in weather["glm_choices"]
