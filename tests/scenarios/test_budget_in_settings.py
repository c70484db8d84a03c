"""The budget in the settings is one in the currency of the API key's provider."""

from __future__ import annotations

import pytest

from glm_slackbot.app.serve import Bot
from glm_slackbot.domain.workspace import Budget, WorkspaceSettings
from glm_slackbot.sandbox.world import World
from glm_slackbot.ui import actions

from ..conftest import BotStarter
from .administering import (
    ADMIN,
    ZAI,
    open_from_home,
    saved,
    see_home,
    see_modal,
    set_api_key,
    words_of,
)
from .seeing import see_direct, see_result
from .settings_form import SAVED, open_settings, save, submit

pytestmark = pytest.mark.usefixtures("unhurried", "mannerly")


async def test_another_provider_asks_for_the_budget_again(world: World, bot: Bot) -> None:
    await save(world, budget_CNY="50", model="cogview-4")
    view = await set_api_key(world, ZAI, "z.ai")
    assert "The budget of 50.00 CNY does not hold any more" in words_of(view)
    assert "cogview-4, which api.z.ai does not have" in words_of(view)
    assert "does not hold any more" in words_of(await see_home(world))

    await world.slack.press(view, actions.SETTINGS, user=ADMIN)
    form = await see_modal(world, actions.SETTINGS_VIEW)
    assert form is view
    assert "50.00 CNY" in words_of(form)
    answer = await submit(world, form)
    assert answer.json is not None
    assert "Give an amount in USD" in answer.json["errors"]["budget_USD"]
    await submit(world, form, budget_USD="8")
    await see_modal(world, SAVED)
    assert (await saved(bot)).settings == WorkspaceSettings(budget=Budget(8_000_000, "USD"))
    assert "does not hold any more" not in words_of(await see_home(world))


async def test_a_budget_may_be_given_up_after_a_change_of_provider(world: World, bot: Bot) -> None:
    await save(world, budget_CNY="50")
    await set_api_key(world, ZAI, "z.ai")
    await save(world, budget_USD="none")
    assert (await saved(bot)).settings.budget is None


async def test_a_budget_typed_for_another_currency_is_not_taken(world: World, bot: Bot) -> None:
    form = await open_settings(world)
    await set_api_key(world, ZAI, "z.ai")
    answer = await submit(world, form, budget_CNY="50")
    assert answer.json is not None
    assert "has been changed meanwhile" in answer.json["errors"]["budget_CNY"]


async def test_an_admin_who_is_asked_for_money_finds_the_budget_first(
    world: World, bot: Bot
) -> None:
    await save(world, budget_CNY="0.01")
    card = (await world.slack.command("a fox", user="U1", channel="C1")).shown
    assert card is not None
    await world.slack.press(card, actions.ASK_ADMINS, user="U1")
    question = await see_direct(world, ADMIN, "budget does not allow")
    await world.slack.press(question, actions.SETTINGS_AT_BUDGET, user=ADMIN)
    form = await see_modal(world, actions.SETTINGS_VIEW)
    first = form.content["blocks"][0]
    assert (first["block_id"], first["element"]["focus_on_load"]) == ("budget_CNY", True)
    await submit(world, form, budget_CNY="5")
    await see_modal(world, SAVED)
    assert (await saved(bot)).settings.budget == Budget(5_000_000, "CNY")


async def test_an_api_key_that_is_removed_may_change_the_provider_too(
    world: World, bot: Bot
) -> None:
    await set_api_key(world, ZAI, "z.ai")
    await save(world, budget_USD="8")
    view = await open_from_home(world, actions.REMOVE_API_KEY, "is removed")
    assert "The budget of 8.00 USD does not hold any more" in words_of(view)
    assert actions.SETTINGS in words_of(view)


async def test_without_an_api_key_no_budget_is_asked_for_and_an_earlier_one_stays(
    world: World, start_bot: BotStarter
) -> None:
    async with start_bot():
        await save(world, budget_CNY="50")
    async with start_bot(zhipu_api_key=None) as bot:
        view = await open_settings(world)
        assert "once there is an API key" in words_of(view)
        assert "budget" not in {b["block_id"].partition("_")[0] for b in view.content["blocks"]}
        await submit(world, view, daily_images="3")
        await see_modal(world, SAVED)
        settings = (await saved(bot)).settings
    assert (settings.budget, settings.daily_images) == (Budget(50_000_000, "CNY"), 3)


async def test_a_budget_that_is_used_up_as_it_is_set_is_told_to_the_admins_at_once(
    world: World, bot: Bot
) -> None:
    await world.slack.command("a fox", user="U1", channel="C1")
    await see_result(world)
    await save(world, budget_CNY="0.12")
    notice = await see_direct(world, ADMIN, "80 % of this month's image budget is used")
    assert "0.10 CNY of 0.12 CNY" in notice.words
    await save(world, budget_CNY="0.10")
    await see_direct(world, ADMIN, "budget is used up")
    await save(world, budget_CNY="9")
    assert len([m for m in world.slack.direct_messages_of(ADMIN) if m.bot_id]) == 2
