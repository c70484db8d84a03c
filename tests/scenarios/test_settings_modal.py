"""Admins decide in a modal what holds in their workspace; nobody else does."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy.schema import DropTable

from glm_slackbot.app.serve import Bot
from glm_slackbot.domain.image_models import Provider
from glm_slackbot.domain.job import Origin, OriginKind
from glm_slackbot.domain.size import Size
from glm_slackbot.domain.workspace import Budget, WorkspaceSettings
from glm_slackbot.listeners.payloads import values_of
from glm_slackbot.listeners.settings_fields import filled_in as filled_in_form
from glm_slackbot.sandbox.glm_api import TEST_API_KEYS
from glm_slackbot.sandbox.slack_parcel import Answer
from glm_slackbot.sandbox.slack_view import View
from glm_slackbot.sandbox.slack_weather import error, slow
from glm_slackbot.sandbox.world import World
from glm_slackbot.storage.audit import Act
from glm_slackbot.storage.tables import workspaces
from glm_slackbot.ui import actions
from glm_slackbot.workflow.admin import audit_entry

from ..conftest import BotStarter
from .administering import (
    ADMIN,
    TEAM,
    acts,
    demote,
    open_from_home,
    saved,
    see_home,
    see_modal,
    set_api_key,
    words_of,
)
from .seeing import see_direct, see_private, see_result

pytestmark = pytest.mark.usefixtures("unhurried", "mannerly")


ALL: dict[str, Any] = {
    "model": "cogview-4",
    "size": "1024x1024",
    "max_images": "2",
    "daily_images": "9",
    "minute_images": "3",
    "budget_CNY": "12.50",
    "channels": ["C1", "G1"],
    "people": ["guests", "strangers"],
    "watermark": ["no_watermark"],
    "locale": "zh",
    "prompt_days": "30",
}
EVERYTHING = WorkspaceSettings(
    model="cogview-4",
    size=Size(1024, 1024),
    max_images=2,
    daily_images=9,
    minute_images=3,
    budget=Budget(12_500_000, "CNY"),
    channels=("C1", "G1"),
    allows_guests=True,
    allows_strangers=True,
    watermark=False,
    locale="zh",
    prompt_days=30,
)
ORIGIN = Origin(OriginKind.BUTTON, TEAM, "U9", "", "")
SAVED = "This holds from now on"


def filled_in(view: View, changes: dict[str, Any]) -> dict[str, Any]:
    """The form's answers as Slack sends them: what was there, and what somebody changes."""
    return {
        block["block_id"]: {element["action_id"]: _answer(element, block["block_id"], changes)}
        for block in view.content["blocks"]
        if block["type"] == "input"
        for element in [block["element"]]
    }


def _answer(element: dict[str, Any], name: str, changes: dict[str, Any]) -> dict[str, Any]:
    kind, new = element["type"], changes.get(name)
    given: dict[str, Any] = {"type": kind}
    if kind == "static_select":
        return given | {"selected_option": {"value": new} if new else element["initial_option"]}
    if kind == "checkboxes":
        ticked = element.get("initial_options", [])
        return given | {"selected_options": [{"value": v} for v in new] if new else ticked}
    if kind == "multi_conversations_select":
        return given | {"selected_conversations": new or element.get("initial_conversations", [])}
    return given | {"value": element.get("initial_value") if new is None else new or None}


async def open_settings(world: World, user: str = ADMIN) -> View:
    return await open_from_home(world, actions.SETTINGS, actions.SETTINGS_VIEW, user)


async def submit(world: World, view: View, **changes: Any) -> Answer:
    return await world.slack.submit(view, filled_in(view, changes), user=ADMIN)


async def save(world: World, words: str = SAVED, **changes: Any) -> View:
    await submit(world, await open_settings(world), **changes)
    return await see_modal(world, words)


async def test_every_setting_is_saved_shown_and_written_down(world: World, bot: Bot) -> None:
    await save(world, "Saved", **ALL)
    assert (await saved(bot)).settings == EVERYTHING
    ((user, act, details),) = await acts(bot)
    changes = {c["which"]: (c["from"], c["to"]) for c in details["changes"]}
    assert (user, act) == (ADMIN, "settings_changed")
    assert set(changes) == set(WorkspaceSettings.__dataclass_fields__)
    assert changes["budget"] == (None, [12_500_000, "CNY"])
    assert changes["channels"] == (None, ["C1", "G1"])


async def test_the_form_shows_what_is_saved(world: World, bot: Bot) -> None:
    await save(world, "Saved", **ALL)
    await submit(world, await open_settings(world))
    await see_modal(world, "没有任何更改")
    assert (await saved(bot)).settings == EVERYTHING
    assert len(await acts(bot)) == 1


async def test_what_is_emptied_is_as_the_bot_is_set_up_again(world: World, bot: Bot) -> None:
    await save(world, "Saved", max_images="2", size="1024x1024", budget_CNY="5", prompt_days="3")
    await save(world, "Saved", max_images="", size="", budget_CNY="", prompt_days="")
    assert (await saved(bot)).settings == WorkspaceSettings()
    changes = (await acts(bot))[-1][2]["changes"]
    assert {c["which"]: (c["from"], c["to"]) for c in changes}["size"] == ([1024, 1024], None)


async def test_what_is_saved_holds_at_once(world: World, bot: Bot) -> None:
    await save(world, max_images="1", size="1024x1024", channels=["C1"])
    card = await world.slack.command("a fox --n 2", user="U1", channel="C1")
    assert "1" in card.body
    assert "accepted" not in card.body
    await world.slack.command("a fox", user="U1", channel="G1")
    await world.slack.command("a fox", user="U1", channel="C1")
    await see_result(world)
    assert [p.size for p in world.glm.purchases] == [Size(1024, 1024)]


async def test_the_home_tab_shows_what_holds(world: World, bot: Bot) -> None:
    await save(world, daily_images="7", budget_CNY="1234.5")
    home = words_of(await see_home(world))
    assert "24 hours: 7" in home
    assert "1,234.50 CNY" in home


@pytest.mark.parametrize(
    ("field", "typed", "words"),
    [
        ("size", "big", "is not a size"),
        ("size", "500x500", "each side must be"),
        ("max_images", "11", "from 1 to 10"),
        ("max_images", "0", "from 1 to 10"),
        ("daily_images", "-1", "from 0 to"),
        ("daily_images", "1.5", "from 0 to"),
        ("minute_images", "many", "from 1 to"),
        ("budget_CNY", "a lot", "An amount of money"),
        ("budget_CNY", "12,50", "An amount of money"),
        ("budget_CNY", "100000001", "An amount of money"),
        ("channels", ["D1"], "Choose channels"),
        ("channels", ["<!channel>"], "Choose channels"),
        ("model", "dall-e", "There is no model"),
        ("locale", "fr", "one of the languages"),
        ("prompt_days", "761", "from 0 to 760"),
    ],
)
async def test_a_mistake_is_told_under_its_field_and_saves_nothing(
    world: World, bot: Bot, field: str, typed: Any, words: str
) -> None:
    view = await open_settings(world)
    answer = await submit(world, view, **{field: typed})
    assert answer.json is not None
    assert list(answer.json["errors"]) == [field]
    assert words in answer.json["errors"][field]
    assert view.is_open
    assert (await saved(bot)).settings == WorkspaceSettings()
    assert await acts(bot) == []


async def test_several_mistakes_are_told_at_once(world: World, bot: Bot) -> None:
    view = await open_settings(world)
    answer = await submit(world, view, size="x", max_images="99", prompt_days="x")
    assert answer.json is not None
    assert set(answer.json["errors"]) == {"size", "max_images", "prompt_days"}


async def test_another_provider_asks_for_the_budget_again(world: World, bot: Bot) -> None:
    await save(world, budget_CNY="50", model="cogview-4")
    view = await set_api_key(world, TEST_API_KEYS[Provider.ZAI], "z.ai")
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
    await set_api_key(world, TEST_API_KEYS[Provider.ZAI], "z.ai")
    await save(world, budget_USD="none")
    assert (await saved(bot)).settings.budget is None


async def test_a_budget_typed_for_another_currency_is_not_taken(world: World, bot: Bot) -> None:
    form = await open_settings(world)
    await set_api_key(world, TEST_API_KEYS[Provider.ZAI], "z.ai")
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
    await set_api_key(world, TEST_API_KEYS[Provider.ZAI], "z.ai")
    await save(world, budget_USD="8")
    view = await open_from_home(world, actions.REMOVE_API_KEY, "is removed")
    assert "The budget of 8.00 USD does not hold any more" in words_of(view)
    assert actions.SETTINGS in words_of(view)


async def test_while_slack_is_slow_the_window_is_open_at_once(world: World, bot: Bot) -> None:
    home = await see_home(world)
    world.clock.advance(61)  # type: ignore[union-attr]
    world.slack.weather.next("users.info", slow(0.8))
    await world.slack.press(home, actions.SETTINGS, user=ADMIN)
    await see_modal(world, "Slack is asked whether you are an admin")
    await see_modal(world, actions.SETTINGS_VIEW)
    assert [c.method for c in world.slack.calls("views.open")] == ["views.open"]


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


async def test_the_workspaces_language_beats_everybodys_own(world: World, bot: Bot) -> None:
    await save(world, "Saved", locale="zh")
    card = await world.slack.command("a fox", user="U1", channel="C1")
    assert card.shown is not None
    assert "请求" in card.shown.words
    await world.slack.mention("@bot hello", user="U1", channel="C1")
    await see_private(world, "U1", "“画这个”")
    assert "默认模型" in words_of(await see_home(world))


async def test_a_forged_click_on_settings_changes_nothing(world: World, bot: Bot) -> None:
    home = await see_home(world)
    demote(world)
    await world.slack.press(home, actions.SETTINGS, user=ADMIN)
    view = await see_modal(world, "Only admins may do this")
    assert "input" not in {block["type"] for block in view.content["blocks"]}
    assert await acts(bot) == [(ADMIN, "forged", {"wanted": "open_settings"})]


@pytest.mark.parametrize("typed", ["2", "99"])
async def test_forged_settings_change_nothing_and_are_written_down(
    world: World, bot: Bot, typed: str
) -> None:
    view = await open_settings(world)
    demote(world)
    await submit(world, view, max_images=typed)
    if typed == "2":
        await see_modal(world, "Only admins may do this")
    while not (written := await acts(bot)):
        await bot.services.clock.sleep(0.1)
    assert written == [(ADMIN, "forged", {"wanted": "change_settings"})]
    assert (await saved(bot)).settings == WorkspaceSettings()


async def test_a_modal_that_slack_does_not_open_changes_nothing(world: World, bot: Bot) -> None:
    home = await see_home(world)
    world.slack.weather.next("views.open", error("fatal_error"))
    await world.slack.press(home, actions.SETTINGS, user=ADMIN)
    await world.until(lambda: len(world.slack.calls("users.info")) > 0)
    await save(world, daily_images="3")


async def test_a_modal_that_was_closed_meanwhile_has_saved_all_the_same(
    world: World, bot: Bot
) -> None:
    view = await open_settings(world)
    await submit(world, view, daily_images="3")
    await world.slack.close_view(view, user=ADMIN)
    await world.until(lambda: "24 hours: 3" in words_of(world.slack.home_of(ADMIN)))
    assert (await saved(bot)).settings.daily_images == 3


async def test_a_result_that_slack_does_not_take_was_saved_all_the_same(
    world: World, bot: Bot
) -> None:
    view = await open_settings(world)
    world.slack.weather.always("views.update", error("fatal_error"))
    await submit(world, view, daily_images="3")
    await world.until(lambda: "24 hours: 3" in words_of(world.slack.home_of(ADMIN)))
    assert "the Home tab shows what is saved" in words_of(view)


async def test_what_another_admin_saves_meanwhile_is_not_run_over(world: World, bot: Bot) -> None:
    view = await open_settings(world)
    world.clock.advance(61)  # type: ignore[union-attr]
    world.slack.weather.next("users.info", slow(0.5))
    await submit(world, view, daily_images="3")
    in_usd = WorkspaceSettings(budget=Budget(5_000_000, "USD"))
    entry = audit_entry(bot.services, ORIGIN, Act.SETTINGS_CHANGED)
    await bot.services.workspaces.save_settings(TEAM, in_usd, entry)
    await see_modal(world, "The earlier budget is in another currency")
    assert (await saved(bot)).settings == in_usd


async def test_two_admins_who_save_at_the_same_time_both_have_what_they_changed(
    world: World, bot: Bot
) -> None:
    world.slack.workspace.users["U1"].is_admin = True
    one, other = await open_settings(world), await open_settings(world, "U1")
    await submit(world, one, daily_images="7", people=["guests"])
    await see_modal(world, SAVED)
    answers = filled_in(other, {"minute_images": "3"})
    await world.slack.submit(other, answers, user="U1")
    assert "24 hours: 7" in words_of(await see_modal(world, SAVED, "U1"))
    assert (await saved(bot)).settings == WorkspaceSettings(
        daily_images=7, minute_images=3, allows_guests=True
    )


async def test_where_the_rows_cannot_be_read_nothing_is_saved(world: World, bot: Bot) -> None:
    view = await open_settings(world)
    async with bot.services.database.write() as connection:
        await connection.execute(DropTable(workspaces))
    await submit(world, view, daily_images="3")
    assert "input" not in words_of(await see_modal(world, "reference"))


def test_what_a_submission_does_not_speak_of_is_not_changed() -> None:
    typed = {"max_images": {"a": {"value": "2"}}, "odd": {"a": {"value": "2"}}}
    shown = [{"type": "input", "block_id": "max_images"}, {"type": "input", "block_id": "size"}]
    view = {"state": {"values": typed}}
    for blocks in ([], shown):
        assert filled_in_form({"view": {**view, "blocks": blocks}}).changed == {"max_images"}


def test_nothing_is_read_of_a_form_that_was_tampered_with() -> None:
    assert values_of({"view": None}) == values_of({}) == {}
    assert values_of({"view": {"state": {"values": {"size": {}}}}}) == {"size": {}}
