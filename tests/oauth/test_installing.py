"""Installing by OAuth, as a browser sees it."""

from __future__ import annotations

import pytest
from clock import FastClock
from holding import images_held_up
from peek import rows as rows_of
from sqlalchemy import text
from structlog.testing import capture_logs

from glm_slackbot.app.serve import Bot
from glm_slackbot.domain.image_models import Provider
from glm_slackbot.sandbox.slack_weather import error as slack_error
from glm_slackbot.sandbox.slack_weather import html
from glm_slackbot.storage.audit import Act
from glm_slackbot.storage.secret_box import new_encryption_key
from glm_slackbot.storage.tables import audit, installations, oauth_states

from ..conftest import BotStarter
from .conftest import Browser, Town, save_api_key, see_image


async def test_two_workspaces_work_side_by_side(town: Town, town_bot: Bot) -> None:
    one, two = town.place("T1"), town.place("T2")
    assert (await town.install(town_bot, "T1")).status == 200
    assert (await town.install(town_bot, "T2")).status == 200
    await one.command("a fox", user="U1", channel="C1")
    await two.command("an owl", user="U1", channel="C1")
    await see_image(one)
    await see_image(two)
    assert one.workspace.bot_token != two.workspace.bot_token
    assert "fox" in one.messages("C1")[-1].words
    assert "owl" in two.messages("C1")[-1].words
    for place in (one, two):
        used = {call.token for call in place.workspace.api_calls if call.token}
        assert used == {place.workspace.bot_token}


async def test_the_page_after_success_says_what_to_do_next(
    town: Town, start_town_bot: BotStarter
) -> None:
    async with start_town_bot(share_api_key=None) as bot:
        page = await town.install(bot, "T1")
    assert page.status == 200
    assert "Team T1 can make images now" in page.words
    assert "sets the API key" in page.words
    assert "<code>/invite @GLM-Image</code>" in page.words
    assert "https://slack.com/app_redirect?app=ASANDBOX&amp;team=T1" in page.words
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["Referrer-Policy"] == "no-referrer"


async def test_who_installs_it_again_need_set_no_api_key_again(
    town: Town, start_town_bot: BotStarter
) -> None:
    async with start_town_bot(share_api_key=None) as bot:
        await town.install(bot, "T1")
        await save_api_key(bot, "T1", Provider.ZAI)
        assert "sets the API key" not in (await town.install(bot, "T1")).words


async def test_an_api_key_that_serves_nobody_is_told_at_the_start(
    start_town_bot: BotStarter,
) -> None:
    for share_api_key, lines in ((None, 1), (False, 0), (True, 0)):
        with capture_logs() as logged:
            async with start_town_bot(share_api_key=share_api_key):
                pass
        assert len([e for e in logged if "serves no workspace" in e["event"]]) == lines


async def test_it_asks_for_no_auth_test_at_a_request(town: Town, town_bot: Bot) -> None:
    await town.install(town_bot, "T1")
    place = town.place("T1")
    before = len(place.calls("auth.test"))
    for _ in range(3):
        await place.command("help", user="U1", channel="C1")
    await place.mention("@bot hello", user="U1", channel="C1")
    assert len(place.calls("auth.test")) == before


async def test_an_installation_is_in_the_audit_log(town: Town, town_bot: Bot) -> None:
    await town.install(town_bot, "T1")
    (entry,) = await town_bot.services.audit.last("T1", 5)
    assert (entry.act, entry.user_id) == (Act.INSTALLED, "U2")
    assert "xox" not in str(entry)


async def test_installing_again_changes_the_same_row(town: Town, town_bot: Bot) -> None:
    await town.install(town_bot, "T1")
    await town.install(town_bot, "T1")
    (row,) = await rows_of(town_bot.services.database, installations)
    assert row["generation"] == 2
    assert len(await rows_of(town_bot.services.database, audit)) == 2


async def test_a_forged_state_installs_nothing(town: Town, town_bot: Bot) -> None:
    browser = Browser(town_bot)
    back = town.oauth.approve(await browser.begin(), [town.place("T1")], "U2")
    forged = back.partition("&state=")[0] + "&state=forged"
    assert (await browser.get(forged)).status == 400
    browser.cookies["slack-app-oauth-state"] = "forged"  # even where the cookie agrees
    page = await browser.get(forged)
    assert page.status == 400
    assert "The bot is not installed" in page.words
    assert not await rows_of(town_bot.services.database, installations)
    assert town.slack.access_calls == []


async def test_a_state_of_another_browser_installs_nothing(town: Town, town_bot: Bot) -> None:
    attacker, victim = Browser(town_bot), Browser(town_bot)
    back = town.oauth.approve(await attacker.begin(), [town.place("T1")], "U2")
    await victim.begin()
    page = await victim.get(back)
    assert "stay in one browser" in page.words
    assert not await rows_of(town_bot.services.database, installations)


async def test_a_state_that_is_too_old_installs_nothing(
    town: Town, town_bot: Bot, clock: FastClock
) -> None:
    browser = Browser(town_bot)
    back = town.oauth.approve(await browser.begin(), [town.place("T1")], "U2")
    clock.advance(601)
    assert "longer than ten minutes" in (await browser.get(back)).words
    assert not await rows_of(town_bot.services.database, installations)
    await browser.begin()
    assert len(await rows_of(town_bot.services.database, oauth_states)) == 1  # the old is swept


async def test_a_page_loaded_twice_installs_once(town: Town, town_bot: Bot) -> None:
    browser = Browser(town_bot)
    back = town.oauth.approve(await browser.begin(), [town.place("T1")], "U2")
    kept = dict(browser.cookies)
    assert (await browser.get(back)).status == 200
    browser.cookies = kept
    page = await browser.get(back)
    assert page.status == 400
    assert "loaded a second time" in page.words
    assert len(town.slack.access_calls) == 1


async def test_a_state_in_the_database_cannot_be_used_by_its_reader(
    town: Town, town_bot: Bot
) -> None:
    browser = Browser(town_bot)
    url = await browser.begin()
    (row,) = await rows_of(town_bot.services.database, oauth_states)
    assert row["hash"] not in url


@pytest.mark.parametrize(("language", "words"), [("en", "cancelled"), ("zh-CN,zh", "取消")])
async def test_who_cancels_is_told_so(town: Town, town_bot: Bot, language: str, words: str) -> None:
    browser = Browser(town_bot, language=language)
    page = await browser.get(town.oauth.deny(await browser.begin()))
    assert page.status == 400
    assert words in page.words


async def test_a_stranger_is_turned_away_and_nothing_is_saved(
    town: Town, start_town_bot: BotStarter
) -> None:
    async with start_town_bot(allowed_workspaces="T1, T9") as bot:
        assert (await town.install(bot, "T1")).status == 200
        page = await town.install(bot, "T2")
        await town.place("T2").settle()
        kept = await rows_of(bot.services.database, installations)
    assert page.status == 400
    assert "Team T2 (T2) is not among them" in page.words
    assert [row["workspace_id"] for row in kept] == ["T1"]
    assert town.place("T2").workspace.token_fault(town.place("T2").workspace.bot_token)


async def test_a_workspace_that_is_allowed_no_more_is_served_no_more(
    town: Town, start_town_bot: BotStarter
) -> None:
    async with start_town_bot() as bot:
        await town.install(bot, "T1")
    async with start_town_bot(allowed_workspaces="T2"):
        answer = await town.place("T1").command("a fox", user="U1", channel="C1")
    assert "https://bot.example.com/slack/install" in answer.body
    assert town.world.glm.purchases == []


async def test_what_it_had_asked_for_before_is_not_bought_and_it_is_told(
    town: Town, start_town_bot: BotStarter
) -> None:
    place = town.place("T1")
    async with start_town_bot(max_concurrency=1) as bot:
        await town.install(bot, "T1")
        with images_held_up(town.world.glm):
            for prompt in ("a fox", "an owl"):
                await place.command(prompt, user="U1", channel="C1")
            await town.world.until(lambda: town.world.glm.purchases)
    async with start_town_bot(allowed_workspaces="T2"):
        await town.world.until(
            lambda: [m for m in place.ephemerals("U1") if "among those" in m.words]
        )
    assert len(town.world.glm.purchases) == 1


async def test_a_command_from_where_it_is_not_installed_is_answered(
    town: Town, town_bot: Bot
) -> None:
    answer = await town.place("T1").command("a fox", user="U1", channel="C1")
    assert answer.ok
    assert "not installed" in answer.body
    assert town.world.glm.purchases == []


@pytest.mark.parametrize(
    ("trouble", "words"),
    [
        (slack_error("bad_client_secret"), "SLACK_CLIENT_SECRET"),
        (slack_error("invalid_code"), "one-time code"),
        (slack_error("user_email_unverified"), "user_email_unverified"),
        (html(502), "Slack did not answer"),
    ],
)
async def test_what_slack_refuses_is_told(
    town: Town, town_bot: Bot, trouble: object, words: str
) -> None:
    town.slack.weather.always("oauth.v2.access", trouble)  # type: ignore[arg-type]
    page = await town.install(town_bot, "T1")
    assert page.status == 400
    assert words in page.words
    assert not await rows_of(town_bot.services.database, installations)


async def test_a_strangers_words_in_the_address_are_only_words(town_bot: Bot) -> None:
    page = await Browser(town_bot).get("/slack/oauth_redirect?error=%3Cscript%3Ealert(1)")
    assert "<script>" not in page.words
    assert "&lt;script&gt;" in page.words


async def test_without_any_of_it_the_page_still_answers(town_bot: Bot) -> None:
    assert (await Browser(town_bot).get("/slack/oauth_redirect")).status == 400


async def test_one_workspace_by_its_token_has_no_such_pages(bot: Bot) -> None:
    assert (await Browser(bot).get("/slack/install")).status in (401, 404)


async def test_in_socket_mode_the_pages_are_there_too(
    town: Town, start_town_bot: BotStarter
) -> None:
    async with start_town_bot(socket_mode=True) as bot:
        await town.place("T1").socket.connected()
        for team in ("T1", "T2"):
            assert (await town.install(bot, team)).status == 200
            await town.place(team).command("a fox", user="U1", channel="C1")
            await see_image(town.place(team))
        await town.place("T1").uninstall()
        kept = await rows_of(bot.services.database, installations)
    assert [row["workspace_id"] for row in kept] == ["T2"]


async def test_a_database_that_is_away_makes_nobody_a_stranger(town: Town, town_bot: Bot) -> None:
    await town.install(town_bot, "T1")
    database = town_bot.services.database
    async with database.write() as connection:
        await connection.execute(text("ALTER TABLE installations RENAME TO hidden"))
    answer = await town.place("T1").command("a fox", user="U1", channel="C1")
    assert "accepted" in answer.body  # written down; the worker looks its token up by and by
    async with database.write() as connection:
        await connection.execute(text("ALTER TABLE hidden RENAME TO installations"))


async def test_a_fault_of_ours_is_a_page_with_a_reference(town: Town, town_bot: Bot) -> None:
    browser = Browser(town_bot)
    back = town.oauth.approve(await browser.begin(), [town.place("T1")], "U2")
    async with town_bot.services.database.write() as connection:
        await connection.execute(text("DROP TABLE installations"))
    page = await browser.get(back)
    assert page.status == 500
    assert "could not be saved" in page.words
    assert "Traceback" not in page.words


async def test_a_stranger_whose_token_cannot_be_revoked_is_turned_away_as_well(
    town: Town, start_town_bot: BotStarter
) -> None:
    town.place("T2").weather.always("auth.revoke", slack_error("internal_error"))
    async with start_town_bot(allowed_workspaces="T1") as bot:
        page = await town.install(bot, "T2")
        assert await rows_of(bot.services.database, installations) == []
    assert "is not among them" in page.words


async def test_whose_token_cannot_be_decrypted_is_told_why(
    town: Town, start_town_bot: BotStarter
) -> None:
    place = town.place("T1")
    async with start_town_bot(encryption_key=new_encryption_key()) as bot:
        await town.install(bot, "T1")
    async with start_town_bot(encryption_key=new_encryption_key()) as bot:
        await place.command("a fox", user="U1", channel="C1")
        await town.world.until(
            lambda: [m for m in place.ephemerals("U1") if "cannot be decrypted" in m.words]
        )
        assert len(await rows_of(bot.services.database, installations)) == 1  # never deleted
        await town.install(bot, "T1")
        await place.command("a fox", user="U1", channel="C1")
        await see_image(place)
