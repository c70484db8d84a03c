"""What the provider made: links that come late, files that are not what they say, filters."""

from __future__ import annotations

import pytest

from glm_slackbot.app.serve import Bot
from glm_slackbot.glm.download import PAUSES_S
from glm_slackbot.sandbox.glm_weather import (
    Plan,
    blocked,
    fails,
    filtered,
    jpeg_as_png,
    link_dropped,
    link_missing,
    link_refused,
    not_an_image,
    redirected,
    too_many_bytes,
    too_wide,
    truncated,
    unsafe_link,
)
from glm_slackbot.sandbox.world import World

from .ledger import End, end_of_last, outcomes, pictures, shown, try_again


async def _ask(world: World, bot: Bot, plan: Plan, flags: str = "") -> End:
    world.glm.weather.next(plan)
    await world.slack.command(f"a fox {flags}", user="U1", channel="C1")
    return await end_of_last(world, bot)


@pytest.mark.parametrize(
    "plan",
    [
        link_missing(3),
        link_refused(503, 2),
        link_dropped(2),
        truncated(1),
        redirected(3),
        Plan(one_object=True),
        filtered(3),
        filtered(None),
    ],
    ids=str,
)
async def test_these_all_end_in_one_picture_for_one_purchase(
    world: World, bot: Bot, plan: Plan
) -> None:
    assert (await _ask(world, bot, plan)).status == "delivered"
    assert len(pictures(world)) == len(world.glm.purchases) == 1


async def test_a_jpeg_by_the_name_of_a_png_is_posted_as_a_jpeg(world: World, bot: Bot) -> None:
    await _ask(world, bot, jpeg_as_png())
    (picture,) = pictures(world)
    assert picture.files[0].name.endswith(".jpg")


async def test_content_filter_level_2_is_shown_with_a_warning(world: World, bot: Bot) -> None:
    await _ask(world, bot, filtered(2))
    await _ask(world, bot, filtered(3))
    warned, plain = (picture.words for picture in pictures(world))
    assert "sensitive" in warned
    assert "sensitive" not in plain


@pytest.mark.parametrize("flags", ["", "--model cogview-4"], ids=["submit", "generate"])
@pytest.mark.parametrize("level", [0, 1])
async def test_levels_0_and_1_are_withheld_and_stay_counted(
    world: World, bot: Bot, level: int, flags: str
) -> None:
    end = await _ask(world, bot, filtered(level), flags)
    assert end == End("failed", "glm.withheld", in_quota=1, paid=1, try_again=False)
    assert pictures(world) == []
    assert [r for r in world.glm.requests if r.path.endswith(".png")] == []


@pytest.mark.parametrize(
    ("flags", "end"),
    [
        ("", End("failed", "glm.policy", in_quota=0, paid=1, try_again=False)),
        ("--model cogview-4", End("refused", "glm.policy", in_quota=0, paid=0, try_again=False)),
    ],
    ids=["submit", "generate"],
)
async def test_success_without_a_link_beside_a_filter_is_a_refusal(
    world: World, bot: Bot, flags: str, end: End
) -> None:
    assert await _ask(world, bot, blocked(), flags) == end


@pytest.mark.parametrize("plan", [fails(), fails("1200", "internal")], ids=["bare", "with words"])
async def test_a_task_that_fails_gives_the_quota_back_and_may_be_charged(
    world: World, bot: Bot, plan: Plan
) -> None:
    end = await _ask(world, bot, plan)
    assert end == End("failed", "glm.task_failed", in_quota=0, paid=1, try_again=True)
    await try_again(world, bot)
    await shown(world, bot)
    assert len(world.glm.purchases) == 2


async def test_a_task_refused_by_policy_is_told_as_such(world: World, bot: Bot) -> None:
    end = await _ask(world, bot, fails("1301", "no"))
    assert end == End("failed", "glm.policy", in_quota=0, paid=1, try_again=False)


ROUND = len(PAUSES_S) + 1
"""How often a link is fetched before the image is given up, or put off."""
SECRET_LINK = "?Signature=hush"


@pytest.mark.parametrize(
    ("plan", "text_id"),
    [
        (link_refused(403), "glm.image_gone"),
        (not_an_image(), "glm.image_not_image"),
        (too_many_bytes(), "glm.image_too_large"),
        (too_many_bytes(chunked=True), "glm.image_too_large"),
        (too_wide(), "glm.image_too_large"),
        (redirected(4), "glm.image_unsafe_link"),
        (redirected(1, "https://127.0.0.1/a.png"), "glm.image_unsafe_link"),
        (redirected(1, "http://sfile.chatglm.cn/a.png"), "glm.image_unsafe_link"),
        *(
            (unsafe_link(f"{link}/a.png{SECRET_LINK}"), "glm.image_unsafe_link")
            for link in (
                "http://sfile.chatglm.cn",
                "https://127.0.0.1",
                "https://[::1]",
                "https://localhost",
                "https://printer.local",
                "https://db.internal",
                "https://intranet",
                "ftp://sfile.chatglm.cn",
            )
        ),
    ],
    ids=str,
)
async def test_what_cannot_be_shown_is_told_counted_and_not_tried_for_long(
    world: World, bot: Bot, plan: Plan, text_id: str
) -> None:
    end = await _ask(world, bot, plan)
    assert (end.status, end.text_id) == ("failed", text_id)
    assert (end.in_quota, end.paid) == (1, 1)
    assert len(world.glm.purchases) == 1
    assert await outcomes(bot) == ["lost"]


async def test_an_image_that_is_too_large_is_not_offered_for_the_same_money_again(
    world: World, bot: Bot
) -> None:
    assert not (await _ask(world, bot, too_wide())).try_again


def _fetches(world: World) -> int:
    return sum(r.path.endswith(".png") for r in world.glm.requests)


async def test_a_link_that_stays_away_is_given_up_after_one_round_of_fetches(
    world: World, bot: Bot
) -> None:
    end = await _ask(world, bot, link_missing())
    assert end.text_id == "glm.image_gone"
    assert _fetches(world) == ROUND


async def test_an_image_host_that_is_away_for_more_than_a_round_is_waited_for(
    world: World, bot: Bot
) -> None:
    assert (await _ask(world, bot, link_refused(503, ROUND + 2))).status == "delivered"
    assert _fetches(world) == ROUND + 3
    assert len(pictures(world)) == len(world.glm.purchases) == 1


async def test_a_link_that_works_after_all_is_delivered_by_try_again_for_free(
    world: World, bot: Bot
) -> None:
    assert (await _ask(world, bot, link_missing(ROUND + 2))).text_id == "glm.image_gone"
    await try_again(world, bot)
    await shown(world, bot)
    assert len(world.glm.purchases) == 1


async def test_a_link_that_leads_nowhere_for_good_is_bought_anew_at_the_second_try_again(
    world: World, bot: Bot
) -> None:
    assert (await _ask(world, bot, link_missing())).text_id == "glm.image_gone"
    await try_again(world, bot)
    await end_of_last(world, bot)
    assert len(world.glm.purchases) == 1
    await try_again(world, bot)
    await shown(world, bot)
    assert len(world.glm.purchases) == 2
