"""Home with ten thousand requests behind it: as many queries as with ten, and Slack takes it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import replace

import pytest
from benchmarks.history import Past, write_history
from slack_sdk.models.views import View as SlackView
from sqlalchemy import event

from glm_slackbot.app.serve import Bot
from glm_slackbot.domain.job import Origin
from glm_slackbot.domain.workspace import Budget
from glm_slackbot.listeners.home_event import show_home
from glm_slackbot.sandbox.world import World
from glm_slackbot.storage.audit import Act, AuditEntry
from glm_slackbot.storage.database import Database

from ..factories import origin_factory
from .administering import TEAM, words_of
from .admins import save

pytestmark = pytest.mark.usefixtures("mannerly")

LONG = "1" * 30
"""Slack's ids are eleven characters today; our columns hold 32."""
PEOPLE = ("U1", "U2", "U3", *(f"U{n}{LONG[len(str(n)) :]}" for n in range(40)))
CHANNELS = ("C1", *(f"C{n}{LONG[len(str(n)) :]}" for n in range(40)))
PROMPTS = {"plain": "x" * 1000, "escaped": "&<!channel>" * 90, "chinese": "狐" * 1000}

_seen: ContextVar[list[str] | None] = ContextVar("_seen", default=None)


@contextmanager
def statements_of_ours(database: Database) -> Iterator[None]:
    """What is said to the database on behalf of whoever has a list in ``_seen``."""

    def note(*given: object) -> None:
        if (seen := _seen.get()) is not None:
            seen.append(str(given[2]))

    engines = (database._reader.sync_engine, database._writer.sync_engine)
    for engine in engines:
        event.listen(engine, "before_cursor_execute", note)
    yield
    for engine in engines:
        event.remove(engine, "before_cursor_execute", note)


async def statements(bot: Bot, user: str) -> list[str]:
    """All of one Home, from the event to the view as published."""
    origin: Origin = origin_factory(team_id=TEAM, user_id=user)
    await show_home(bot.services, origin)  # what is learned once is learned
    with statements_of_ours(bot.services.database):
        _seen.set([])
        await show_home(bot.services, origin)
        seen = _seen.get() or []
        _seen.set(None)
    return seen


def published(world: World, user: str) -> SlackView:
    home = world.slack.home_of(user)
    assert home is not None
    return SlackView(**{name: home.content[name] for name in ("type", "blocks")})


@pytest.mark.parametrize("prompt", PROMPTS.values(), ids=PROMPTS)
async def test_home_asks_as_much_of_ten_thousand_requests_as_of_ten_and_slack_takes_it(
    world: World, bot: Bot, prompt: str
) -> None:
    world.slack.workspace.users["U3"].is_owner = True
    services = bot.services
    await save(
        world, bot, channels=CHANNELS, budget=Budget(10**13, "CNY"), minute_images=9, max_images=10
    )
    past = Past(services.clock.now(), TEAM, PEOPLE, CHANNELS, prompt)
    await write_history(services.database, 10, past)
    few = {user: await statements(bot, user) for user in ("U1", "U2")}
    changes = [{"which": "channels", "from": None, "to": list(CHANNELS)}] * 20
    for n in range(30):
        entry = AuditEntry(TEAM, past.now + n, PEOPLE[-1], Act.SETTINGS_CHANGED)
        await services.audit.add(replace(entry, details={"changes": changes}))
        await services.audit.add(replace(entry, act=Act.FORGED))
    await write_history(services.database, 9_990, replace(past, first=10))

    many = {user: await statements(bot, user) for user in ("U1", "U2", "U3")}

    assert [len(many[user]) for user in ("U1", "U2")] == [len(few[user]) for user in ("U1", "U2")]
    assert len(many["U1"]) < len(many["U2"]) == len(many["U3"]) <= 16
    for user in ("U1", "U2", "U3"):
        published(world, user).validate_json()
        home = world.slack.home_of(user)
        assert home is not None
        assert words_of(home).count("glm_slackbot.again") == 10
    assert "本月情况" in words_of(home)
