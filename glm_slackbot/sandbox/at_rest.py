"""Waiting until the bot and the stand-in Slack have nothing left to do."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from glm_slackbot.sandbox.slack_stand_in import SlackStandIn
from glm_slackbot.storage.database import Database
from glm_slackbot.storage.rest import is_at_rest

LOOK_SECONDS = 0.02


async def until_at_rest(
    slack: SlackStandIn, database: Database, look: Callable[[], None], seconds: float
) -> bool:
    """Whether rest came within so many seconds; ``look`` is called again and again until then."""
    try:
        async with asyncio.timeout(seconds):
            while not await _is_all_at_rest(slack, database):
                look()
                await asyncio.sleep(LOOK_SECONDS)
    except TimeoutError:
        return False
    finally:
        look()
    return True


async def _is_all_at_rest(slack: SlackStandIn, database: Database) -> bool:
    if not await is_at_rest(database):
        return False
    await slack.settle()  # an event that Slack still had to send may have made a row
    return await is_at_rest(database)


async def until_called(
    slack: SlackStandIn, method: str, seconds: float, path: str | None = None, *, past: int = 0
) -> bool:
    """Whether the bot called a method more than ``past`` times (at ``path``, if given) in time."""
    try:
        async with asyncio.timeout(seconds):
            while _count(slack, method, path) <= past:  # noqa: ASYNC110  # the stand-in has no bell
                await asyncio.sleep(LOOK_SECONDS)
    except TimeoutError:
        return False
    return True


def _count(slack: SlackStandIn, method: str, path: str | None) -> int:
    calls = slack.calls(method)
    return sum(1 for call in calls if path is None or call.args.get("path") == path)
