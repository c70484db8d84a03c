"""Admins set, test and remove the workspace's API key; nobody else does."""

from __future__ import annotations

import pytest

from glm_slackbot.app.serve import Bot
from glm_slackbot.domain.image_models import Provider
from glm_slackbot.sandbox.glm_api import TEST_API_KEYS
from glm_slackbot.sandbox.glm_weather import Reply, refusal
from glm_slackbot.sandbox.slack_weather import error
from glm_slackbot.sandbox.world import World
from glm_slackbot.ui import actions

from ..conftest import BotStarter
from .administering import (
    ADMIN,
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
from .seeing import see_result

pytestmark = pytest.mark.usefixtures("unhurried", "mannerly")


BIGMODEL = TEST_API_KEYS[Provider.BIGMODEL]
ZAI = TEST_API_KEYS[Provider.ZAI]
SET = (ADMIN, "api_key_set")


async def test_an_admin_sets_the_api_key_and_images_are_bought_with_it(
    world: World, start_bot: BotStarter
) -> None:
    async with start_bot(zhipu_api_key=None) as bot:
        assert "None is set" in words_of(await see_home(world))
        await set_api_key(world, ZAI, "z.ai", "api.z.ai accepts the API key")
        await world.until(lambda: ZAI[-4:] in words_of(world.slack.home_of(ADMIN)))
        api_key = (await saved(bot)).api_key
        assert api_key is not None
        assert (api_key.provider, api_key.end, api_key.set_by) == ("z.ai", ZAI[-4:], ADMIN)
        assert await acts(bot) == [(*SET, {"provider": "z.ai"})]
        await world.slack.command("a fox", user="U1", channel="C1")
        await see_result(world)
    assert [p.provider for p in world.glm.purchases] == [Provider.ZAI]


async def test_a_workspaces_own_api_key_beats_the_environments(world: World, bot: Bot) -> None:
    assert "whoever runs the bot has set" in words_of(await see_home(world))
    await set_api_key(world, ZAI, "z.ai")
    await world.slack.command("a fox", user="U1", channel="C1")
    await see_result(world)
    assert [p.provider for p in world.glm.purchases] == [Provider.ZAI]


async def test_the_environments_api_key_can_be_kept_from_workspaces(
    world: World, start_bot: BotStarter
) -> None:
    async with start_bot(share_api_key=False):
        card = await world.slack.command("a fox", user="U1", channel="C1")
        assert "Home tab" in card.body
        assert "None is set" in words_of(await see_home(world))
        await set_api_key(world, BIGMODEL, "bigmodel")
        await world.slack.command("a fox", user="U1", channel="C1")
        await see_result(world)


async def test_trying_an_api_key_buys_nothing(world: World, bot: Bot) -> None:
    await set_api_key(world, ZAI, "z.ai")
    assert [(r.method, r.host) for r in world.glm.requests] == [("GET", "api.z.ai")]
    assert world.glm.purchases == []


async def test_an_api_key_of_the_other_host_is_refused_and_the_old_one_stays(
    world: World, bot: Bot
) -> None:
    await set_api_key(world, BIGMODEL, "bigmodel")
    before = await saved(bot)
    view = await set_api_key(world, ZAI, "bigmodel", "belongs to the other host, api.z.ai")
    assert "The earlier API key stays in use" in words_of(view)
    assert await saved(bot) == before
    assert len(await acts(bot)) == 1
    await world.slack.press(view, actions.SET_API_KEY, user=ADMIN)
    form = await see_modal(world, actions.API_KEY_VIEW)
    assert form is view
    await world.slack.submit(form, api_key_values(ZAI, "z.ai"), user=ADMIN)
    await see_modal(world, "Saved")


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (Reply(status=401, json={}), "belongs to the other host"),
        (refusal("1005"), "two-factor"),
        (refusal("1112"), "inactive or locked"),
        (refusal("1220", 403), "may not make images"),
        (Reply(status=403, text="<html>blocked</html>"), "no proper answer came from there"),
        (Reply(status=200, text="<html>hotel</html>"), "no proper answer came from there"),
        (Reply(status=200, json={"hello": 1}), "no proper answer came from there"),
        (Reply(status=429, json={}), "no proper answer came from there"),
        (refusal("1234", 500), "no proper answer came from there"),
        (Reply(status=302, json={}), "no proper answer came from there"),
        (Reply(drop=True), "no proper answer came from there"),
    ],
)
async def test_what_is_no_clear_yes_saves_nothing(
    world: World, bot: Bot, answer: Reply, words: str
) -> None:
    world.glm.weather.next_poll(answer)
    view = await set_api_key(world, BIGMODEL, "bigmodel", words)
    assert "Nothing was saved" in words_of(view)
    assert (await saved(bot)).api_key is None
    assert await acts(bot) == []


@pytest.mark.parametrize("answer", [refusal("1214"), refusal("1113"), refusal("1302")])
async def test_the_providers_own_words_below_500_accept_it(
    world: World, bot: Bot, answer: Reply
) -> None:
    world.glm.weather.next_poll(answer)
    await set_api_key(world, BIGMODEL, "bigmodel")
    assert (await saved(bot)).api_key is not None


@pytest.mark.parametrize(
    "secret", ["", "no-dot", "two parts.with spaces", ".x", "x.", f"id.{'x' * 197}", "sé.cret"]
)
async def test_a_wrong_shape_is_told_under_its_field_at_once(
    world: World, bot: Bot, secret: str
) -> None:
    view, answer = await submit_api_key(world, secret)
    assert answer.json is not None
    assert answer.json["response_action"] == "errors"
    assert list(answer.json["errors"]) == ["secret"]
    assert "id.secret" in answer.json["errors"]["secret"]
    assert view.is_open
    assert world.glm.requests == []


async def test_blanks_around_it_are_nobodys_wish(world: World, bot: Bot) -> None:
    await set_api_key(world, f"  {BIGMODEL}\n", "bigmodel")


async def test_without_a_provider_nothing_is_asked(world: World, bot: Bot) -> None:
    view = await open_from_home(world, actions.SET_API_KEY, actions.API_KEY_VIEW)
    for odd in (None, "openai"):
        answer = await world.slack.submit(view, api_key_values(BIGMODEL, odd), user=ADMIN)
        assert answer.json is not None
        assert list(answer.json["errors"]) == ["provider"]
    assert world.glm.requests == []


async def test_the_form_is_gone_while_the_provider_is_asked(world: World, bot: Bot) -> None:
    _, answer = await submit_api_key(world, BIGMODEL)
    assert answer.json is not None
    assert answer.json["response_action"] == "update"
    assert all(block["type"] != "input" for block in answer.json["view"]["blocks"])


async def test_the_api_key_is_tested(world: World, bot: Bot) -> None:
    await set_api_key(world, BIGMODEL, "bigmodel")
    await open_from_home(world, actions.TEST_API_KEY, "open.bigmodel.cn accepts the API key")
    world.glm.weather.next_poll(refusal("1000"))
    await open_from_home(world, actions.TEST_API_KEY, "does not accept this API key")
    outcomes = [details["outcome"] for _, act, details in await acts(bot) if act != "api_key_set"]
    assert outcomes == ["accepted", "api_key.refused"]


async def test_the_api_key_is_removed_after_a_question(world: World, bot: Bot) -> None:
    await set_api_key(world, ZAI, "z.ai")
    home = await see_home(world)
    await world.slack.press(home, actions.REMOVE_API_KEY, user=ADMIN)
    view = await see_modal(world, "The API key is removed")
    assert "whoever runs the bot has set" in words_of(view)
    assert (await saved(bot)).api_key is None
    assert (await acts(bot))[-1] == (ADMIN, "api_key_removed", {"provider": "z.ai"})
    await world.until(lambda: actions.REMOVE_API_KEY not in words_of(home))


async def test_a_press_on_a_home_of_yesterday_does_no_harm(world: World, bot: Bot) -> None:
    await set_api_key(world, ZAI, "z.ai")
    home = await see_home(world)
    await bot.services.workspaces.save_api_key("T0SANDBOX", None, (await _entry(bot)))
    before = await acts(bot)
    await world.slack.press(home, actions.TEST_API_KEY, user=ADMIN)
    await see_modal(world, "has no API key of its own")
    await world.slack.press(home, actions.REMOVE_API_KEY, user=ADMIN)
    await see_modal(world, "The API key is removed")
    assert await acts(bot) == before


async def _entry(bot: Bot) -> object:
    return (await bot.services.audit.last("T0SANDBOX", 1))[0]


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


async def test_a_chinese_admin_reads_chinese(world: World, bot: Bot) -> None:
    world.slack.workspace.users["U3"].is_owner = True
    _, answer = await submit_api_key(world, "x", "bigmodel", "U3")
    assert answer.json is not None
    assert "形式是 id.secret" in answer.json["errors"]["secret"]
