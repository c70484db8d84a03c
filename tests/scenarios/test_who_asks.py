"""Guests and people of other organisations: refused before anything is bought, unless allowed."""

from __future__ import annotations

import pytest

from glm_slackbot.app.serve import Bot
from glm_slackbot.sandbox import slack_weather
from glm_slackbot.sandbox.world import World
from glm_slackbot.storage.tables import images

from ..peek import rows
from .admins import save
from .seeing import at_rest, see_private, see_result

pytestmark = pytest.mark.usefixtures("mannerly")

GUEST, STRANGER = "U4", "U5"


@pytest.fixture(autouse=True)
def stranger(world: World) -> None:
    world.slack.add_user(STRANGER, "sam", is_stranger=True)
    world.slack.workspace.channels["C1"].members.add(STRANGER)


@pytest.mark.parametrize(("user", "said"), [(GUEST, "Guests of"), (STRANGER, "another organi")])
async def test_guests_and_strangers_are_told_and_nothing_is_bought_or_counted(
    world: World, bot: Bot, user: str, said: str
) -> None:
    await world.slack.command("a fox", user=user, channel="C1")
    card = await see_private(world, user, said)
    await at_rest(world, bot)
    assert "Nothing was charged" in card.words
    assert world.glm.requests == []
    (image,) = await rows(bot.services.database, images)
    assert (image["in_quota"], image["cost_micros"]) == (False, 0)


@pytest.mark.parametrize(
    ("user", "allowed"), [(GUEST, "allows_guests"), (STRANGER, "allows_strangers")]
)
async def test_what_an_admin_allows_holds(world: World, bot: Bot, user: str, allowed: str) -> None:
    await save(world, bot, **{allowed: True})
    await world.slack.command("a fox", user=user, channel="C1")
    assert (await see_result(world)).files


async def test_one_does_not_allow_the_other(world: World, bot: Bot) -> None:
    await save(world, bot, allows_guests=True)
    await world.slack.mention("@bot a fox", user=STRANGER, channel="C1")
    await see_private(world, STRANGER, "another organi")
    assert world.glm.requests == []


async def test_with_both_allowed_slack_need_not_tell(world: World, bot: Bot) -> None:
    await save(world, bot, allows_guests=True, allows_strangers=True)
    world.slack.weather.always("users.info", slack_weather.error("user_not_visible"))
    await world.slack.command("a fox", user=STRANGER, channel="C1")
    assert (await see_result(world)).files


async def test_where_slack_refuses_to_tell_who_asks_nothing_is_bought(
    world: World, bot: Bot
) -> None:
    world.slack.weather.always("users.info", slack_weather.error("no_permission"))
    await world.slack.command("a fox", user="U1", channel="C1")
    await see_private(world, "U1", "no_permission")
    assert world.glm.requests == []
