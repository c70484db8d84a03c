"""Home and its windows on the page: opened, filled in wrongly, filled in, closed."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from glm_slackbot.domain.image_models import Provider
from glm_slackbot.sandbox.glm_api import TEST_API_KEYS
from glm_slackbot.sandbox.page.press import REPLACED
from glm_slackbot.sandbox.page.stage import Stage

from .visitor import Visitor

SECRET = TEST_API_KEYS[Provider.BIGMODEL]


@pytest.fixture
async def ada(stage: Stage, dana: Visitor) -> AsyncIterator[Visitor]:
    """An admin with her Home tab open."""
    async with Visitor(dana.session, dana.address, "U2").reading() as visitor:
        await visitor.act("home")
        # A slow Slack is waited for on a Home without buttons.
        await visitor.until(lambda: "set_api_key" in str(visitor.state["home"]))
        yield visitor


async def opened(visitor: Visitor, action_id: str) -> dict[str, Any]:
    assert await visitor.press(visitor.state["home"], action_id) == (200, {"ok": True})

    def form() -> Any:
        forms = [m for m in visitor.state["modals"] if m["submit"]]
        return forms and forms[-1]

    return await visitor.until(form)


def typed(window: dict[str, Any], block_id: str, value: Any) -> dict[str, Any]:
    block = next(b for b in window["blocks"] if b.get("block_id") == block_id)
    element = block["element"]
    name = "value" if element["type"] == "plain_text_input" else "selected_option"
    answer = {"type": element["type"], name: value}
    return {block_id: {element["action_id"]: answer}}


async def test_an_api_key_is_set_and_is_nowhere_in_the_traffic(ada: Visitor) -> None:
    window = await opened(ada, "set_api_key")
    [provider] = [b for b in window["blocks"] if b.get("block_id") == "provider"]
    values = typed(window, "provider", provider["element"]["options"][0])
    secret = "0123456789abcdef0123456789abcdef.typedByHand01"
    for key, words in ((secret, "not accept"), (SECRET, "Saved")):
        window = await opened(ada, "set_api_key")
        filled, before = values | typed(window, "secret", key), ada.state["home"]
        assert await ada.act("submit", view=window["id"], values=filled) == {"ok": True}
        await ada.until(lambda said=words: said in str(ada.state["modals"]))  # type: ignore[misc]
        await ada.until(lambda was=before: ada.state["home"] != was)  # type: ignore[misc]

    assert ada.sent("view_submission")
    assert secret not in str(ada.traffic) + str(ada.state)
    assert SECRET not in str(ada.traffic) + str(ada.state)


async def test_a_form_with_mistakes_stays_open_and_says_them(ada: Visitor) -> None:
    window = await opened(ada, "settings")
    blocks = {b["block_id"]: b for b in window["blocks"] if b["type"] == "input"}
    number = next(
        name for name, block in blocks.items() if block["element"]["type"] == "plain_text_input"
    )
    wrong = typed(window, number, "many")
    status, answer = await ada.try_to("submit", view=window["id"], values=wrong)

    assert status == 200
    assert answer["errors"].keys() == {number}, answer
    assert window["id"] in [m["id"] for m in ada.state["modals"]]


async def test_who_presses_what_was_just_replaced_is_told_to_press_again(ada: Visitor) -> None:
    before = ada.state["home"]
    await ada.act("home")
    await ada.until(lambda: ada.state["home"] != before)
    status, answer = await ada.press(before, "settings")
    assert (status, answer["error"]) == (400, REPLACED)
    assert (await ada.press(ada.state["home"], "settings"))[0] == 200


async def test_slack_itself_asks_for_what_is_required(stage: Stage, ada: Visitor) -> None:
    window = await opened(ada, "set_api_key")
    answer = await ada.act("submit", view=window["id"], values={})
    assert answer["errors"]["secret"] == "Please complete this required field."
    assert not ada.sent("view_submission")


async def test_a_window_is_closed_and_another_persons_is_not_there(
    dana: Visitor, ada: Visitor
) -> None:
    window = await opened(ada, "set_api_key")
    status, answer = await dana.try_to("close", view=window["id"])
    assert (status, answer["error"]) == (400, "That window is not open any more.")
    await ada.act("close", view=window["id"])
    await ada.until(lambda: not ada.state["modals"])


async def test_what_a_form_does_not_ask_for_is_refused(ada: Visitor) -> None:
    window = await opened(ada, "set_api_key")
    status, answer = await ada.try_to("submit", view=window["id"], values={"shoe": {}})
    assert (status, answer["error"]) == (400, "The form asks for nothing called shoe.")
    assert (await ada.try_to("submit", view=window["id"], values=[]))[0] == 400


async def test_while_the_bot_is_down_slack_cannot_submit_nor_press(
    stage: Stage, ada: Visitor
) -> None:
    window = await opened(ada, "settings")
    await ada.act("bot", what="kill")
    await ada.until(lambda: not ada.state["bot"]["running"])

    status, answer = await ada.try_to("submit", view=window["id"], values={})
    assert status == 409
    assert answer["error"].startswith("We had some trouble connecting. Try again?")
    assert (await ada.press(ada.state["home"], "settings"))[0] == 409
    await ada.act("reload")
    await ada.until(lambda: not ada.state["modals"])
