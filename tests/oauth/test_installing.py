"""Installing by OAuth, as a browser sees it."""

from __future__ import annotations

from peek import rows as rows_of
from structlog.testing import capture_logs

from glm_slackbot.app.serve import Bot
from glm_slackbot.domain.image_models import Provider
from glm_slackbot.storage.audit import Act
from glm_slackbot.storage.tables import audit, installations

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
