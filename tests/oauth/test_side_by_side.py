"""Two workspaces that installed the bot, each run by its own admins from Slack."""

from __future__ import annotations

from typing import Any

from glm_slackbot.app.serve import Bot
from glm_slackbot.domain.image_models import Provider
from glm_slackbot.sandbox.glm_api import TEST_API_KEYS
from glm_slackbot.sandbox.slack_stand_in import SlackStandIn
from glm_slackbot.sandbox.slack_view import View
from glm_slackbot.storage.audit import Act
from glm_slackbot.ui import actions

from ..conftest import BotStarter
from .conftest import ORGANISATION, Town, see_image


async def see_modal(town: Town, place: SlackStandIn, words: str, user: str) -> View:
    def found() -> View | None:
        return next((v for v in place.opened_views(user) if words in repr(v.content)), None)

    view: View = await town.world.until(found)
    return view


async def set_api_key(town: Town, place: SlackStandIn, provider: Provider, user: str) -> None:
    """On Home, by its modal."""
    await place.open_home(user)
    home = await town.world.until(lambda: place.home_of(user))
    await place.press(home, actions.SET_API_KEY, user=user)
    view = await see_modal(town, place, actions.API_KEY_VIEW, user)
    chosen = {"value": provider.value, "text": {"type": "plain_text", "text": provider.value}}
    values: dict[str, Any] = {
        "provider": {"a": {"type": "radio_buttons", "selected_option": chosen}},
        "secret": {"b": {"type": "plain_text_input", "value": TEST_API_KEYS[provider]}},
    }
    await place.submit(view, values, user=user)
    await see_modal(town, place, "Saved", user)


async def test_each_sets_an_api_key_of_its_own_and_pays_with_it(
    town: Town, start_town_bot: BotStarter
) -> None:
    async with start_town_bot(share_api_key=None) as bot:
        for team, provider in (("T1", Provider.BIGMODEL), ("T2", Provider.ZAI)):
            await town.install(bot, team)
            await set_api_key(town, town.place(team), provider, "U2")
            await town.place(team).command(f"a fox of {team}", user="U1", channel="C1")
            await see_image(town.place(team))
            acts = [entry.act for entry in await bot.services.audit.last(team, 9)]
            assert acts[::-1] == [Act.INSTALLED, Act.API_KEY_SET]
        await town.install(bot, "T3")
        answer = await town.place("T3").command("a fox", user="U1", channel="C1")
    paid = [(p.provider, p.prompt) for p in town.world.glm.purchases]
    assert paid == [(Provider.BIGMODEL, "a fox of T1"), (Provider.ZAI, "a fox of T2")]
    assert "No API key" in answer.body


async def test_an_organisations_api_key_is_set_by_its_own_admins(
    town: Town, start_town_bot: BotStarter
) -> None:
    async with start_town_bot(share_api_key=None) as bot:
        await town.install(bot, "T3", "T4", is_org_wide=True)
        town.place("T3").workspace.users["U2"].is_org_admin = True
        await set_api_key(town, town.place("T3"), Provider.ZAI, "U2")
        await town.place("T4").command("an owl", user="U1", channel="C4")
        await see_image(town.place("T4"), channel="C4")
        (entry, _) = await bot.services.audit.last(ORGANISATION, 5)
        assert entry.act is Act.API_KEY_SET


async def test_the_admins_of_its_workspaces_are_not_offered_it(town: Town, town_bot: Bot) -> None:
    await town.install(town_bot, "T3", "T4", is_org_wide=True)
    place = town.place("T3")
    await place.open_home("U2")
    home = await town.world.until(lambda: place.home_of("U2"))
    assert actions.SET_API_KEY not in repr(home.content)
