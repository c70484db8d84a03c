"""An admin changes the provider while requests wait: they cost what the new one asks for."""

from __future__ import annotations

import pytest

from glm_slackbot.app.serve import Bot
from glm_slackbot.domain.image_models import Provider
from glm_slackbot.domain.workspace import Budget
from glm_slackbot.sandbox import glm_weather
from glm_slackbot.sandbox.glm_api import TEST_API_KEYS
from glm_slackbot.sandbox.world import World
from glm_slackbot.storage.audit import Act, AuditEntry
from glm_slackbot.storage.tables import images, notices
from glm_slackbot.storage.workspaces import SealedApiKey

from ..peek import rows
from ..scenarios.admins import PRICE, opened_home, save
from ..scenarios.seeing import at_rest, results, see_private, see_result
from .ledger import waiting_job

DOLLARS = 15_000
"""Millionths of USD that one image of the default model costs."""


async def change_provider(world: World, bot: Bot) -> None:
    """As an admin would, once the API key was tried."""
    team, services = world.slack.workspace.team_id, bot.services
    assert services.api_keys.secret_box is not None
    secret, now = TEST_API_KEYS[Provider.ZAI], services.clock.now()
    sealed = services.api_keys.secret_box.seal(secret)
    entry = AuditEntry(team, now, "U2", Act.API_KEY_SET)
    api_key = SealedApiKey("z.ai", sealed, secret[-4:], "U2", now)
    await services.workspaces.save_api_key(team, api_key, entry)


@pytest.fixture
async def waiting(world: World, bot: Bot) -> Bot:
    """One request waits for a busy provider; then the workspace has another one."""
    await save(world, bot, budget=Budget(5 * PRICE, "CNY"))
    world.glm.weather.always(glm_weather.error("1302"))
    await world.slack.command("a fox", user="U1", channel="C1")
    await waiting_job(bot)
    await change_provider(world, bot)
    return bot


async def test_it_is_paid_for_in_the_new_currency(world: World, waiting: Bot) -> None:
    await save(world, waiting, budget=Budget(DOLLARS, "USD"))
    world.glm.weather.always(glm_weather.Plan())
    await see_result(world)
    await at_rest(world, waiting)
    (image,) = await rows(waiting.services.database, images)
    assert (image["currency"], image["cost_micros"]) == ("USD", DOLLARS)
    causes = [row["cause"] for row in await rows(waiting.services.database, notices)]
    assert sorted(causes) == ["notice.budget_100", "notice.budget_80"]


async def test_over_the_new_budget_the_admins_may_be_asked(world: World, waiting: Bot) -> None:
    await opened_home(world, waiting, "U2")
    await save(world, waiting, budget=Budget(DOLLARS - 1, "USD"))
    world.glm.weather.always(glm_weather.Plan())
    card = await see_private(world, "U1", "does not allow this")
    assert results(world) == world.glm.purchases == []
    await world.slack.press(card, "Ask the admins", user="U1")
    asked = await world.until(
        lambda: [m for m in world.slack.direct_messages_of("U2") if "asks to make" in m.words]
    )
    await world.slack.press(asked[0], "Allow this request", user="U2")
    await see_result(world)
