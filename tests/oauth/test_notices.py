"""Where no admin has opened Home, whoever installed the bot is told of the budget."""

from __future__ import annotations

from glm_slackbot.app.forgetting import forget_beside
from glm_slackbot.app.serve import Bot
from glm_slackbot.domain.workspace import Budget, WorkspaceSettings
from glm_slackbot.storage.audit import Act, AuditEntry
from glm_slackbot.storage.scope import Scope

from ..conftest import BotStarter
from .conftest import Town


async def spend_all(town: Town, bot: Bot) -> None:
    services = bot.services
    entry = AuditEntry("T1", services.clock.now(), "U2", Act.SETTINGS_CHANGED)
    settings = WorkspaceSettings(budget=Budget(100_000, "CNY"))
    await services.workspaces.save_settings("T1", settings, entry)
    await town.place("T1").command("a fox", user="U1", channel="C1")


def told(town: Town, user: str) -> bool:
    return any("budget" in m.words for m in town.place("T1").direct_messages_of(user) if m.bot_id)


async def test_the_installer_is_told(town: Town, town_bot: Bot) -> None:
    await town.install(town_bot, "T1")
    await spend_all(town, town_bot)
    await town.world.until(lambda: told(town, "U2"))


async def test_an_installer_who_was_forgotten_is_not_but_those_listed_are(
    town: Town, start_town_bot: BotStarter
) -> None:
    town.place("T1").add_user("U5", "eve")
    async with start_town_bot(admins="T1:U5") as bot:
        await town.install(bot, "T1")
        await forget_beside(bot.services.database, Scope(user_id="U2"))
        await spend_all(town, bot)
        await town.world.until(lambda: told(town, "U5"))
    assert not told(town, "U2")
