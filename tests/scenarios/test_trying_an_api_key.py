"""An API key is tried before it is saved; what is no clear yes saves nothing."""

from __future__ import annotations

import pytest

from glm_slackbot.app.serve import Bot
from glm_slackbot.sandbox.glm_weather import Reply, refusal
from glm_slackbot.sandbox.world import World
from glm_slackbot.ui import actions

from .administering import (
    ADMIN,
    BIGMODEL,
    ZAI,
    acts,
    api_key_values,
    open_from_home,
    saved,
    see_modal,
    set_api_key,
    submit_api_key,
    words_of,
)

pytestmark = pytest.mark.usefixtures("unhurried", "mannerly")


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


async def test_a_chinese_admin_reads_chinese(world: World, bot: Bot) -> None:
    world.slack.workspace.users["U3"].is_owner = True
    _, answer = await submit_api_key(world, "x", "bigmodel", "U3")
    assert answer.json is not None
    assert "形式是 id.secret" in answer.json["errors"]["secret"]
