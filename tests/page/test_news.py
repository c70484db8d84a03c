"""What a reader of the page is told anew, and what the page forgets."""

from __future__ import annotations

import pytest

from glm_slackbot.sandbox.page.stage import Stage

from .visitor import Visitor

FORGETTING = "glm_slackbot.sandbox.page.forgetting"


async def test_what_did_not_change_is_not_told_again(quiet: Visitor) -> None:
    assert {"people", "weather", "channels", "order", "bot"} <= quiet.told[0].keys()
    for words in ("one", "two"):
        await quiet.say(words)
        await quiet.see(words)

    assert quiet.told[-1].keys() == {"now", "order", "messages"}
    assert [message["text"] for message in quiet.told[-1]["messages"].values()] == ["two"]
    assert [message["text"] for message in quiet.messages()] == ["one", "two"]


async def test_a_change_of_the_weather_alone_is_told_alone(quiet: Visitor) -> None:
    await quiet.act("weather", glm="busy")
    await quiet.until(lambda: quiet.state["weather"]["glm"] == "busy")
    assert quiet.told[-1].keys() == {"now", "weather", "messages"}


async def test_the_oldest_messages_and_their_images_are_forgotten(
    stage: Stage, dana: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(f"{FORGETTING}.MOST_MESSAGES", 2)
    monkeypatch.setattr(f"{FORGETTING}.NEWEST_FILES", 0)
    stage.glm.weather.seconds = 0.05
    await dana.say("/imagine a fox")
    [image] = await dana.see_images()
    for words in ("one", "two", "three"):
        await dana.say(words)
        await dana.see(words)
    await dana.act("reload")

    await dana.until(lambda: [m["text"] for m in dana.messages()] == ["two", "three"])
    async with dana.session.get(f"{dana.address}/files/{image['files'][0]['id']}") as response:
        assert response.status == 404


async def test_windows_closed_long_ago_are_forgotten(
    stage: Stage, dana: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(f"{FORGETTING}.MOST_VIEWS", 0)
    await dana.act("home")
    home = await dana.until(lambda: dana.state["home"])
    await dana.press(home, "show_help")
    [window] = await dana.until(lambda: dana.state["modals"])
    await dana.act("close", view=window["id"])
    assert [view.type for view in stage.slack.workspace.views.values()] == ["home"]
