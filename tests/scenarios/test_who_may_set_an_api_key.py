"""Admins alone, by Slack's word or listed, set the API key; what others forge is written down."""

from __future__ import annotations

import pytest

from glm_slackbot.app.serve import Bot
from glm_slackbot.sandbox.slack_weather import error
from glm_slackbot.sandbox.world import World
from glm_slackbot.ui import actions

from ..conftest import BotStarter
from .administering import (
    ADMIN,
    BIGMODEL,
    ZAI,
    acts,
    api_key_values,
    demote,
    open_from_home,
    saved,
    see_home,
    see_modal,
    set_api_key,
    submit_api_key,
    words_of,
)

pytestmark = pytest.mark.usefixtures("unhurried", "mannerly")


async def test_others_see_no_button(world: World, bot: Bot) -> None:
    for user in ("U1", "U4"):
        assert actions.SET_API_KEY not in words_of(await see_home(world, user))


async def test_who_is_listed_is_an_admin(world: World, start_bot: BotStarter) -> None:
    async with start_bot(admins="U1, TOTHER:U3") as bot:
        assert actions.SET_API_KEY in words_of(await see_home(world, "U1"))
        assert actions.SET_API_KEY not in words_of(await see_home(world, "U3"))
        await submit_api_key(world, ZAI, "z.ai", "U1")
        await see_modal(world, "Saved", "U1")
        assert (await saved(bot)).api_key is not None


@pytest.mark.parametrize(
    ("action_id", "wanted"),
    [
        (actions.SET_API_KEY, "set_api_key"),
        (actions.TEST_API_KEY, "test_api_key"),
        (actions.REMOVE_API_KEY, "remove_api_key"),
    ],
)
async def test_a_forged_click_changes_nothing_and_is_written_down(
    world: World, bot: Bot, action_id: str, wanted: str
) -> None:
    await set_api_key(world, ZAI, "z.ai")
    before, home = await saved(bot), await see_home(world)
    demote(world)
    asked = len(world.glm.requests)
    await world.slack.press(home, action_id, user=ADMIN)
    await see_modal(world, "Only admins may do this")
    assert await saved(bot) == before
    assert len(world.glm.requests) == asked
    assert (await acts(bot))[-1] == (ADMIN, "forged", {"wanted": wanted})


@pytest.mark.parametrize("secret", [BIGMODEL, "no shape"])
async def test_a_forged_submission_changes_nothing_and_is_written_down(
    world: World, bot: Bot, secret: str
) -> None:
    view = await open_from_home(world, actions.SET_API_KEY, actions.API_KEY_VIEW)
    demote(world)
    answer = await world.slack.submit(view, api_key_values(secret, "bigmodel"), user=ADMIN)
    if secret == BIGMODEL:
        await see_modal(world, "Only admins may do this")
    assert answer.ok
    while not (written := await acts(bot)):
        await bot.services.clock.sleep(0.1)
    assert written == [(ADMIN, "forged", {"wanted": "set_api_key"})]
    assert (await saved(bot)).api_key is None
    assert world.glm.requests == []


async def test_where_slack_does_not_tell_who_it_is_nobody_is_accused(
    world: World, bot: Bot
) -> None:
    home = await see_home(world)
    world.clock.advance(61)  # type: ignore[union-attr]
    world.slack.weather.always("users.info", error("fatal_error"))
    await world.slack.press(home, actions.SET_API_KEY, user=ADMIN)
    await see_modal(world, "Slack did not say whether you are an admin")
    assert await acts(bot) == []


async def test_admins_are_looked_up_once_a_minute(world: World, bot: Bot) -> None:
    await set_api_key(world, ZAI, "z.ai")
    assert len(world.slack.calls("users.info")) == 1
