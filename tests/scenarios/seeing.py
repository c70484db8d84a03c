"""What people in the stand-in Slack see, as scenarios ask for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from glm_slackbot.sandbox.slack_message import Message
from glm_slackbot.sandbox.world import World
from glm_slackbot.storage.rest import is_at_rest

SECONDS = 20.0
SHAPE_MISTAKES = frozenset(
    {
        "invalid_arguments",
        "invalid_auth",
        "invalid_blocks",
        "invalid_blocks_format",
        "invalid_json",
        "invalid_payload",
        "invalid_response_type",
        "json_not_object",
        "missing_scope",
        "msg_blocks_too_long",
        "no_text",
        "not_allowed_token_type",
        "not_authed",
        "unknown_method",
        "used_url",
    }
)
ASKED_IN_VAIN = frozenset(
    {("conversations.info", "missing_scope"), ("conversations.replies", "missing_scope")}
)
"""Questions whose refusal is the answer: a group direct message, a thread we may not read."""


def results(world: World, channel: str = "C1") -> list[Message]:
    """The messages with images."""
    return [m for m in world.slack.messages(channel) if m.files and m.bot_id]


async def see_results(world: World, count: int = 1, channel: str = "C1") -> list[Message]:
    """Wait for so many messages with images."""
    return await _see(world, lambda: results(world, channel), count)


async def see_result(world: World, channel: str = "C1") -> Message:
    """Wait for the first message with an image."""
    return (await see_results(world, 1, channel))[0]


async def see_buttons(world: World, channel: str = "C1") -> Message:
    """Wait for a message with Again: the result, or the second message of the fallback."""
    found = await _see(world, lambda: [m for m in _bot(world, channel) if _has_again(m)], 1)
    return found[0]


async def see_private(world: World, user: str, words: str = "") -> Message:
    """Wait for a private card with these words in it; the newest."""

    def found() -> list[Message]:
        return [m for m in world.slack.ephemerals(user) if words in m.words]

    return (await _see(world, found, 1))[-1]


async def see_direct(world: World, user: str, words: str = "") -> Message:
    """Wait for the bot's direct message with these words in it; the newest."""

    def found() -> list[Message]:
        theirs = world.slack.direct_messages_of(user)
        return [m for m in theirs if m.bot_id and words in m.words]

    return (await _see(world, found, 1))[-1]


async def time_passes(bot: Any, seconds: float) -> None:
    """Let so much time go by, with nothing under way that could miss it."""
    await bot.services.clock.pass_by(seconds)


async def at_rest(world: World, bot: Any) -> None:
    """Wait until the worker has nothing left to do, and Slack neither."""
    services = bot.services
    while not await is_at_rest(services.database):
        await services.clock.sleep(1.0)
    await world.slack.settle()


def bad_manners(world: World) -> list[object]:
    """What no bot should do, whatever happens to it."""
    refused = [
        (call.method, call.error)
        for call in world.slack.workspace.api_calls
        if call.error in SHAPE_MISTAKES and (call.method, call.error) not in ASKED_IN_VAIN
    ]
    if world.slack.refuses_file_blocks:
        refused = [r for r in refused if r != ("files.completeUploadExternal", "invalid_blocks")]
    described = [c.args for c in world.slack.workspace.api_calls if "alt_txt" in str(c.args)]
    sent = world.slack.everything_sent()
    pinged = [p for m in sent for p in m.pings if not p.startswith("@U")]
    return [*refused, *described, *pinged, *(link for m in sent for link in m.links)]


def _bot(world: World, channel: str) -> list[Message]:
    return [m for m in world.slack.messages(channel) if m.bot_id]


def _has_again(message: Message) -> bool:
    return bool({"Again", "再来一次", "再画一张"} & set(message.labels))


async def _see(world: World, find: Callable[[], list[Message]], count: int) -> list[Message]:
    try:
        await world.until(lambda: len(find()) >= count, SECONDS)
    except TimeoutError:
        seen = {user: _read(world, user) for user in world.slack.workspace.users}
        raise AssertionError(f"not seen in {SECONDS} s; people see {seen}") from None
    return find()


def _read(world: World, user: str) -> list[str]:
    return [m.words for seen in world.slack.visible_to(user).values() for m in seen if m.bot_id]
