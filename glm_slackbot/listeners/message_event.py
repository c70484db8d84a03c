"""Direct messages to the bot: each is a prompt, recorded before Bolt answers Slack."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext

from glm_slackbot.domain.job import OriginKind
from glm_slackbot.listeners.mention_event import is_from_a_person, recorded
from glm_slackbot.listeners.payloads import bot_user_of, message_origin
from glm_slackbot.slack.text_undo import split_mention, undo_slack_text
from glm_slackbot.workflow.converse import take_aside, take_words
from glm_slackbot.workflow.services import Services


def register(app: AsyncApp, services: Services) -> None:
    """Listen to direct messages."""

    async def record(
        body: dict[str, Any], context: AsyncBoltContext, next: Callable[[], Awaitable[None]]
    ) -> None:
        await take_message(services, body, context.bot_user_id or bot_user_of(body))
        await next()

    app.event("message", matchers=[is_direct_message, is_from_a_person], middleware=[record])(
        recorded
    )


async def is_direct_message(event: dict[str, Any]) -> bool:
    """In the direct message between a person and the bot."""
    return event.get("channel_type") == "im"


async def take_message(services: Services, body: dict[str, Any], bot_user_id: str) -> None:
    """Write a direct message down as a job or a draft."""
    event = body["event"]
    origin = message_origin(body, OriginKind.MESSAGE)
    text = event.get("text") or ""
    comes_first, rest = split_mention(text, bot_user_id)
    words = undo_slack_text(rest if comes_first else text)
    if event.get("files"):
        await take_aside(services, origin, words, "talk.file_attached")
    else:
        await take_words(services, origin, words)
