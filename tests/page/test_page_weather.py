"""Weather chosen on the page: which card comes of it, and that it passes."""

from __future__ import annotations

import pytest

from glm_slackbot.domain import retry
from glm_slackbot.sandbox.page import bot
from glm_slackbot.sandbox.page.stage import Stage
from glm_slackbot.workflow import buy, waiting
from glm_slackbot.workflow.worker import WAIT_NOTE_SECONDS

from .visitor import Visitor

BEFORE_BUYING = set(retry.Trouble) - {retry.Trouble.DELIVERY, retry.Trouble.TELLING}
CARDS = {
    "balance": "has no balance for images",
    "api_key": "does not accept the API key",
    "two_factor": "requires two-factor authentication",
    "account": "is inactive or locked",
    "plan": "has used up what its plan allows",
    "fair_use": "has suspended this account",
    "permission": "may not make images",
    "model": "does not offer this model",
    "refuses": "does not allow this prompt",
    "parameter": "did not accept the request",
    "too_long": "The prompt is too long",
    "unknown": "turned the request down for now (code 1399)",
    "blocked": "does not allow this prompt",
    "withheld": "filter rates it level 1",
    "fails": "did not finish it",
    "fault": "reported an internal error",
    "no_image": "a file that is not an image",
    "too_wide": "more than 8192 pixels a side",
    "unsafe": "a link that is not safe to open",
    "lost": "does not order again by itself",
}
BOUGHT = {"blocked", "withheld", "fails", "fault", "no_image", "too_wide", "unsafe", "lost"}
SLACK_CARDS = {
    "uploads_off": "File uploads are turned off",
    "storage": "The file storage of this workspace is full",
    "too_large": "larger than this workspace allows",
    "file_type": "does not allow image files of this type",
    "ekm": "Enterprise Key Management",
    "archived": "The channel you asked in is archived",
    "restricted": "Only some members may post",
    "shared": "a policy blocks files there",
    "scope": "lacks a permission (scope): files:write",
    "token": "does not accept the bot's token (token_revoked)",
    "unknown": "Slack refused what the bot asked for (something_new)",
}


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


async def test_every_refusal_of_slack_has_its_card(stage: Stage, dana: Visitor) -> None:
    for kind, words in SLACK_CARDS.items():
        await dana.act("weather", slack=kind)
        await dana.say(f"/imagine {kind}")
        await dana.see(words)
        await dana.act("weather", slack="fine")


def test_a_person_at_the_page_sees_the_note_and_the_end_of_every_wait(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    patience = dict(retry.PATIENCE)
    for place, name in ((waiting, "LONG_WAIT"), (buy, "GENERATION_DEADLINE")):
        monkeypatch.setattr(place, name, getattr(place, name))  # to be put back afterwards
    monkeypatch.setattr(bot, "PATIENCE", patience)
    bot.lose_patience_soon()
    provider = [patience[trouble].in_all for trouble in BEFORE_BUYING]

    assert min(provider) > waiting.LONG_WAIT + WAIT_NOTE_SECONDS
    assert max(provider) <= 20 < buy.GENERATION_DEADLINE <= 60


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
    plain = [c["id"] for c in weather["slack_choices"] if not c["group"]]
    assert plain == ["fine", "limited", "away", "slow"]
    lost = {"id": "lost", "label": "Answer lost after billing", "group": "Load and network"}
    assert lost in weather["glm_choices"]
