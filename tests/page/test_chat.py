"""Asking on the page: what is said, where, and what everybody then sees."""

from __future__ import annotations

import io

import aiohttp
import pytest
from PIL import Image

from glm_slackbot.sandbox.page.press import REPLACED
from glm_slackbot.sandbox.page.stage import Stage

from .visitor import Visitor


async def test_a_command_brings_an_image_that_the_page_can_show(dana: Visitor) -> None:
    await dana.say("/imagine a fox --size 1728x960")
    assert (await dana.see("Request accepted"))["only_for"] == "U1"
    [image] = await dana.see_images()
    [file] = image["files"]

    assert (image["name"], image["is_bot"], image["only_for"]) == ("GLM-Image", True, None)
    assert (file["width"], file["height"], file["title"]) == (1728, 960, "a fox")
    async with dana.session.get(f"{dana.address}/files/{file['id']}") as response:
        assert (response.status, response.content_type) == (200, "image/png")
        assert Image.open(io.BytesIO(await response.read())).size == (1728, 960)


async def test_again_is_pressed_and_what_is_deleted_goes(dana: Visitor) -> None:
    await dana.say("/imagine a fox")
    [image] = await dana.see_images()
    assert await dana.press(image, "again") == (200, {"ok": True})
    first, second = await dana.see_images(2)

    assert await dana.press(second, "delete") == (200, {"ok": True})
    await dana.until(lambda: [m["ts"] for m in dana.images()] == [first["ts"]])
    status, answer = await dana.press(second, "again")
    assert (status, answer["error"]) == (400, "That message is not there any more.")


async def test_a_mention_is_answered_in_its_thread(dana: Visitor) -> None:
    await dana.say("@GLM-Image a fox")
    asked = await dana.see("<@UBOT>")
    await dana.see_images()
    await dana.say("@bot --ar 1:1 an owl", thread_ts=asked["ts"])
    await dana.until(lambda: len(dana.images()) == 2)

    assert dana.images()[1]["thread_ts"] == asked["ts"]
    await dana.until(
        lambda: next(m for m in dana.messages() if m["ts"] == asked["ts"])["reply_count"] >= 2
    )


async def test_a_direct_message_and_a_reader_of_chinese(dana: Visitor) -> None:
    lin = Visitor(dana.session, dana.address, "U3")
    async with lin.reading():
        [place] = [c for c in lin.state["channels"] if c["kind"] == "im"]
        await lin.say("雪地里的狐狸", channel=place["id"])
        [image] = await lin.see_images(channel=place["id"])

    assert place["name"] == "GLM-Image"
    assert "请求者" in str(image["blocks"])
    assert place["id"] not in dana.state["messages"]


async def test_where_it_is_not_a_member_slackbot_says_so_until_it_is_invited(
    dana: Visitor,
) -> None:
    await dana.say("@bot a fox", channel="C2")
    assert (await dana.see("not in this channel", "C2"))["only_for"] == "U1"
    await dana.say("/invite @bot", channel="C2")
    await dana.until(
        lambda: next(c for c in dana.state["channels"] if c["id"] == "C2")["bot_is_member"]
    )
    await dana.say("@bot an owl", channel="C2")
    await dana.see_images(channel="C2")


async def test_a_reload_takes_private_cards_away(dana: Visitor) -> None:
    await dana.say("/imagine help")
    await dana.see("How to make an image")
    await dana.act("reload")
    await dana.until(lambda: not dana.messages())


async def test_one_is_told_who_is_who(quiet: Visitor) -> None:
    roles = {p["name"]: (p["role"], p["locale"]) for p in quiet.state["people"]}
    assert roles == {
        "dana": ("member", "en-US"),
        "ada": ("admin", "en-US"),
        "lin": ("member", "zh-CN"),
        "gil": ("guest", "en-US"),
    }
    assert quiet.state["now"] > 1_700_000_000


REFUSED = {
    "an unknown person": ({"user": "U9"}, "Nobody is “U9”."),
    "the bot": ({"user": "UBOT"}, "Nobody is “UBOT”."),
    "no person": ({"user": None}, "The act needs “user”, a string."),
    "an unknown act": ({"do": "sing"}, "Nobody can do “sing”"),
    "an unknown place": ({"channel": "C9"}, "There is no channel “C9” for U1."),
    "nothing said": ({"text": "  "}, "There is nothing to send."),
    "another command": ({"text": "/remind me"}, "/remind is not a command here"),
    "a command in a thread": ({"thread_ts": "…"}, "/imagine is not supported in threads."),
    "a thread that is gone": (
        {"thread_ts": "1.000", "text": "x"},
        "That thread is not there any more.",
    ),
    "an invitation to a direct message": (
        {"do": "invite", "channel": "dm"},
        "Nobody can be invited to a direct message.",
    ),
    "nothing pressed": ({"do": "press"}, "The act needs “message”"),
    "a button that is not there": (
        {"do": "press", "message": {"channel": "C1", "ts": "…"}, "action_id": "x", "block_id": "b"},
        REPLACED,
    ),
    "a list of numbers": (
        {"do": "press", "message": {"channel": "C1", "ts": "…"}, "action_id": "x"}
        | {"block_id": "b", "value": [1]},
        "“value” is the chosen option's value, or a list of them.",
    ),
    "a window that is not open": (
        {"do": "close", "view": "V9"},
        "That window is not open any more.",
    ),
    "an odd wish for the bot": ({"do": "bot", "what": "dance"}, "The bot is killed, stopped"),
    "an odd way": ({"do": "bot", "what": "start", "way": "post"}, "The bot is killed, stopped"),
    "odd weather": ({"do": "weather", "glm": "hail"}, "There is no weather “hail”, only fine,"),
}


@pytest.mark.parametrize("name", REFUSED)
async def test_what_nobody_could_do_is_refused_in_a_sentence(
    name: str, stage: Stage, quiet: Visitor
) -> None:
    wrong, words = REFUSED[name]
    ts = stage.slack.say("hello", user="U1", channel="C1").ts
    dm = stage.slack.workspace.bot_dm("U1").id
    act = {"do": "say", "channel": "C1", "text": "/imagine a fox", **wrong}
    filled = _replaced(act, {"…": ts, "dm": dm})
    status, answer = await quiet.try_to(filled.pop("do"), **filled)

    assert (status, answer["ok"]) == (400, False)
    assert answer["error"].startswith(words)


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"1"])
async def test_an_act_that_is_no_json_object_is_refused(body: bytes, quiet: Visitor) -> None:
    headers = {"X-Sandbox-Page": "1", "Content-Type": "application/json"}
    async with quiet.session.post(f"{quiet.address}/act", data=body, headers=headers) as response:
        assert response.status == 400
        assert "An act is a JSON object" in (await response.json())["error"]


async def test_unknown_files_and_readers_are_not_found(
    address: str, session: aiohttp.ClientSession
) -> None:
    wrong = (("/files/F1", 404), ("/events?user=U9", 400), ("/static/x.py", 404), ("/act", 405))
    for path, status in wrong:
        async with session.get(address + path) as response:
            assert response.status == status, path
            assert (await response.json())["error"].endswith("."), path


async def test_too_long_an_act_is_refused_in_a_sentence(quiet: Visitor) -> None:
    headers = {"X-Sandbox-Page": "1", "Content-Type": "application/json"}
    body = io.BytesIO(b"x" * (1 << 21))
    async with quiet.session.post(f"{quiet.address}/act", data=body, headers=headers) as response:
        assert response.status == 413
        assert (await response.json())["error"].startswith("An act has at most 1 MB")


def _replaced(given: object, names: dict[str, str]) -> dict:  # type: ignore[type-arg]
    if isinstance(given, dict):
        return {key: _replaced(value, names) for key, value in given.items()}
    return names.get(given, given) if isinstance(given, str) else given  # type: ignore[return-value]
