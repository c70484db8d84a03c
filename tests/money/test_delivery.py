"""Slack fails while an image is on its way: it is shown once, and never bought twice."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from glm_slackbot.app.serve import Bot
from glm_slackbot.sandbox.slack_file import FileStage
from glm_slackbot.sandbox.slack_weather import (
    Trouble,
    broken_json,
    drop,
    error,
    html,
    slow,
    status,
)
from glm_slackbot.sandbox.world import World

from ..conftest import BotStarter
from .ledger import End, end_of_last, hours_pass, outcomes, pictures, shown, try_again, waiting_job

TICKET, SHARE, LOOK = "files.getUploadURLExternal", "files.completeUploadExternal", "files.info"
TROUBLES = [error("ratelimited", retry_after=1), status(503), html(), drop()]
IN_SLACKS_WORDS = [error("internal_error"), broken_json()]
HIDDEN = [trouble.afterwards() for trouble in (status(500), html(), broken_json(), drop())]


async def _ask(world: World, flags: str = "") -> None:
    await world.slack.command(f"a fox {flags}", user="U1", channel="C1")


async def _is_shown_once(world: World, bot: Bot) -> None:
    assert (await end_of_last(world, bot)).status == "delivered"
    assert len(world.glm.purchases) == 1
    assert [len(picture.files) for picture in pictures(world)] == [1]
    assert len([m for m in world.slack.messages("C1") if "Again" in m.labels]) == 1


@pytest.mark.parametrize(
    ("method", "trouble"),
    [
        *((method, trouble) for method in (TICKET, "upload", SHARE, LOOK) for trouble in TROUBLES),
        *((SHARE, trouble) for trouble in IN_SLACKS_WORDS),
    ],
    ids=str,
)
async def test_trouble_that_passes_costs_nothing_and_shows_nothing_twice(
    world: World, bot: Bot, method: str, trouble: Trouble
) -> None:
    world.slack.weather.next(method, trouble, trouble)
    await _ask(world)
    await _is_shown_once(world, bot)


@pytest.mark.parametrize("refuses_blocks", [False, True], ids=["one message", "two messages"])
@pytest.mark.parametrize("trouble", HIDDEN, ids=str)
async def test_a_share_whose_answer_is_lost_is_not_done_again(
    world: World, bot: Bot, trouble: Trouble, refuses_blocks: bool
) -> None:
    world.slack.refuses_file_blocks = refuses_blocks
    fine = [slow(0.0)] if refuses_blocks else []
    world.slack.weather.next(SHARE, *fine, *[trouble] * 4)
    await _ask(world)
    await _is_shown_once(world, bot)


@pytest.mark.parametrize("seconds", [0.0, 0.6])
async def test_a_file_that_slack_tells_nothing_of_for_a_while_is_not_shared_again(
    world: World, bot: Bot, seconds: float
) -> None:
    """Both at once: the answer of the share is lost, and the file is not to be seen yet."""
    world.slack.uploads.processing_seconds = seconds
    world.slack.weather.next(SHARE, status(500).afterwards(), status(500).afterwards())
    world.slack.weather.next(LOOK, *[error("file_not_found")] * 12)
    await _ask(world)
    await _is_shown_once(world, bot)


async def test_looks_that_fail_for_minutes_make_nobody_share_again(world: World, bot: Bot) -> None:
    world.slack.weather.next(SHARE, drop().afterwards())
    world.slack.weather.always(LOOK, status(500))
    await _ask(world)
    await world.until(lambda: len(world.slack.calls(LOOK)) > 6)
    world.slack.weather.clear()
    await _is_shown_once(world, bot)


async def test_what_a_closing_step_has_learnt_is_not_asked_again_by_the_next_try(
    world: World, bot: Bot
) -> None:
    world.slack.weather.always("chat.delete", status(503))
    await world.slack.mention("@bot a fox", user="U1", channel="C1")
    await waiting_job(bot)
    looks = len(world.slack.calls(LOOK))
    world.slack.weather.clear()
    await _is_shown_once(world, bot)
    assert len(world.slack.calls(LOOK)) == looks
    assert [m for m in world.slack.messages("C1") if m.bot_id and not m.files] == []


async def test_a_file_that_expired_before_its_share_is_put_up_anew(world: World, bot: Bot) -> None:
    world.slack.weather.always(SHARE, status(503))
    await _ask(world)
    await world.until(lambda: len(world.slack.calls(SHARE)) > 1)
    for file in list(world.slack.workspace.files):
        del world.slack.workspace.files[file]
    world.slack.weather.clear()
    await _is_shown_once(world, bot)


async def test_a_picture_deleted_before_we_looked_is_not_posted_again(
    world: World, bot: Bot
) -> None:
    world.slack.weather.next(SHARE, *[drop().afterwards()] * 2)
    world.slack.weather.always(LOOK, status(500))
    await _ask(world)
    await world.until(lambda: pictures(world))
    for file in world.slack.workspace.files.values():
        file.stage = FileStage.DELETED
    world.slack.weather.clear()
    assert (await end_of_last(world, bot)).status == "delivered"
    assert len(world.slack.uploads.received) == len(world.glm.purchases) == 1


@pytest.mark.parametrize("refuses_blocks", [False, True], ids=["one message", "two messages"])
@pytest.mark.parametrize("method", [TICKET, SHARE])
@pytest.mark.parametrize(
    ("code", "text_id"),
    [
        ("storage_limit_reached", "setup.storage_full"),
        ("file_uploads_disabled", "setup.uploads_disabled"),
        ("not_in_channel", "setup.invite_bot"),
        ("restricted_action_read_only_channel", "setup.posting_restricted"),
    ],
)
async def test_after_the_cause_is_gone_try_again_shows_the_same_image_for_free(
    world: World, bot: Bot, method: str, code: str, text_id: str, refuses_blocks: bool
) -> None:
    world.slack.refuses_file_blocks = refuses_blocks
    world.slack.weather.always(method, error(code))
    await _ask(world)
    end = await end_of_last(world, bot)
    assert end == End("failed", text_id, in_quota=1, paid=1, try_again=True)

    world.slack.weather.clear()
    await try_again(world, bot)
    await shown(world, bot)
    await _is_shown_once(world, bot)
    assert await outcomes(bot) == ["delivered"]


async def test_a_slack_that_is_away_for_hours_gets_the_image_at_last(
    world: World, bot: Bot
) -> None:
    world.slack.weather.always("upload", status(503))
    await _ask(world)
    await world.until(lambda: world.slack.calls("files.getUploadURLExternal"))
    for _ in range(30):  # five hours
        world.clock.advance(600)  # type: ignore[union-attr]
        await asyncio.sleep(0.1)
    world.slack.weather.clear()
    world.clock.advance(600)  # type: ignore[union-attr]
    await _is_shown_once(world, bot)


async def test_after_six_hours_it_is_told_and_try_again_delivers(world: World, bot: Bot) -> None:
    world.slack.weather.always("upload", status(503))
    await _ask(world)
    await world.until(lambda: world.slack.calls("files.getUploadURLExternal"))
    await hours_pass(world, bot)
    end = await end_of_last(world, bot)
    assert (end.status, end.try_again, end.paid) == ("failed", True, 1)
    world.slack.weather.clear()
    await try_again(world, bot)
    await shown(world, bot)
    assert len(world.glm.purchases) == 1


async def test_of_two_images_the_one_that_cannot_be_put_up_is_named_and_the_other_shown(
    world: World, bot: Bot
) -> None:
    world.slack.weather.next(TICKET, error("storage_limit_reached"))
    await _ask(world, "--n 2")
    assert (await end_of_last(world, bot)).status == "delivered"
    (picture,) = pictures(world)
    assert len(picture.files) == 1
    assert "storage" in picture.words
    assert sorted(await outcomes(bot)) == ["delivered", "lost"]


async def test_a_disk_without_room_is_waited_for_and_nothing_is_bought_again(
    world: World, start_bot: BotStarter, tmp_path: Path
) -> None:
    async with start_bot() as bot:
        spool = bot.services.spool
        spool.rmdir()
        spool.touch()  # nothing can be written there
        await _ask(world)
        await world.until(lambda: world.glm.purchases)
        await bot.services.clock.sleep(10)
        spool.unlink()
        spool.mkdir()
        await _is_shown_once(world, bot)


async def test_the_asker_is_told_at_last_where_slack_was_away_for_a_failure(
    world: World, bot: Bot
) -> None:
    from glm_slackbot.sandbox import glm_weather

    world.glm.weather.next(glm_weather.error("1301"))
    for method in ("response_url", "chat.postMessage"):
        world.slack.weather.next(method, *[status(503)] * 3)
    await _ask(world)
    assert (await end_of_last(world, bot)).text_id == "glm.policy"
    told = [*world.slack.ephemerals("U1"), *world.slack.direct_messages_of("U1")]
    assert any("content policy" in m.words for m in told)
