"""Mentions: recorded in listener middleware, which runs before Bolt answers Slack.

What fails here is a 500, and Slack sends the mention again.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Final

from slack_bolt.async_app import AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext

from glm_slackbot.domain.job import OriginKind
from glm_slackbot.listeners.payloads import bot_user_of, message_origin
from glm_slackbot.slack.text_undo import split_mention, undo_slack_text
from glm_slackbot.workflow.converse import take_aside, take_words
from glm_slackbot.workflow.services import Services

SLACKBOT: Final = "USLACKBOT"
"""Slack's own bot speaks without a bot_id."""


def register(app: AsyncApp, services: Services) -> None:
    """Listen to mentions."""

    async def record(
        body: dict[str, Any], context: AsyncBoltContext, next: Callable[[], Awaitable[None]]
    ) -> None:
        await take_mention(services, body, context.bot_user_id or bot_user_of(body))
        await next()

    app.event("app_mention", matchers=[is_from_a_person], middleware=[record])(recorded)


async def recorded() -> None:
    """All is done by the time a listener runs: the row is written."""


async def is_from_a_person(event: dict[str, Any]) -> bool:
    """Not from a bot, not an edit, not a system message."""
    return (
        not event.get("bot_id")
        and not event.get("edited")
        and event.get("subtype") in (None, "file_share", "thread_broadcast")
        and isinstance(event.get("user"), str)
        and event["user"] != SLACKBOT
        and isinstance(event.get("channel"), str)
        and isinstance(event.get("ts"), str)
    )


async def take_mention(services: Services, body: dict[str, Any], bot_user_id: str) -> None:
    """Write a mention down as a job or a draft."""
    event = body["event"]
    origin = message_origin(body, OriginKind.MENTION)
    comes_first, rest = split_mention(event.get("text") or "", bot_user_id)
    words = undo_slack_text(rest)
    if comes_first:
        await take_words(services, origin, words)
    else:
        await take_aside(services, origin, words, "talk.not_first_word")
