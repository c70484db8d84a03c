"""What Slack, the bot and GLM sent each other, and how the page hears of it."""

from __future__ import annotations

import json

import aiohttp

from glm_slackbot.sandbox.page.stage import Stage
from glm_slackbot.sandbox.page.traffic import MOST_KEPT, SHOWN_AT_FIRST

from .visitor import Visitor


async def test_an_image_is_told_from_the_command_to_the_upload(dana: Visitor) -> None:
    await dana.say("/imagine a fox")
    await dana.see_images()
    told = [(entry["from"], entry["to"], entry["what"]) for entry in dana.traffic]

    steps = [
        ("Slack", "GLM-Image", "command /imagine"),
        ("GLM-Image", "GLM", "POST /api/paas/v4/async/images/generations"),
        ("GLM-Image", "Slack", "files.getUploadURLExternal"),
        ("GLM-Image", "Slack", "upload of a file"),
        ("GLM-Image", "Slack", "files.completeUploadExternal"),
    ]
    assert [step for step in told if step in steps] == steps
    assert [entry["n"] for entry in dana.traffic] == list(range(1, len(told) + 1))
    bought = dana.sent("images/generations")[0]["detail"]
    assert bought["body"]["prompt"] == "a fox"
    assert "Bearer" not in json.dumps(dana.traffic)


async def test_a_new_reader_gets_the_newest_and_one_who_was_away_the_rest(
    stage: Stage, address: str, session: aiohttp.ClientSession
) -> None:
    for number in range(SHOWN_AT_FIRST + 50):
        stage.traffic.note("Slack", "GLM-Image", f"event {number}", ok=True, detail={})
    assert await first_number(address, session) == 51
    assert await first_number(address, session, "240") == 241
    assert await first_number(address, session, "999999") == 51, "of an earlier page"
    assert await first_number(address, session, "x") == 51


async def test_old_traffic_is_forgotten(stage: Stage) -> None:
    for _ in range(MOST_KEPT + 1):
        stage.traffic.note("Slack", "GLM-Image", "event", ok=True, detail={})
    assert len(stage.traffic.after(0)) == MOST_KEPT


async def test_where_nothing_happens_nothing_is_sent(quiet: Visitor, stage: Stage) -> None:
    before = quiet.states
    stage.bell.ring()  # something may have changed, and had not
    await quiet.act("reload")
    assert quiet.states == before


async def test_secrets_are_blotted_out_by_name_and_by_look(stage: Stage) -> None:
    detail = {
        "secret": {"a": [{"value": "s3"}]},
        "text": f"xoxb-12-ab and {'0' * 32}.abcdefgh1 and a fox",
        "list": ["sandboxbigmodel.0123456789abcdef", 1, None],
    }
    stage.traffic.note("Slack", "GLM-Image", "x", ok=True, detail=detail)
    blot = "[redacted]"
    assert stage.traffic.after(0)[-1].detail == {
        "secret": {"a": [{"value": blot}]},
        "text": f"{blot} and {blot} and a fox",
        "list": [blot, 1, None],
    }


async def first_number(
    address: str, session: aiohttp.ClientSession, last_seen: str | None = None
) -> int:
    headers = {} if last_seen is None else {"Last-Event-ID": last_seen}
    async with session.get(f"{address}/events?user=U1", headers=headers) as response:
        async for line in response.content:
            if line.startswith(b"id: "):
                return int(line.removeprefix(b"id: "))
    raise AssertionError("no traffic came")
