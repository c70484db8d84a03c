"""Where an image can be posted, found out before it is bought."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from glm_slackbot.domain.errors import SetupError
from glm_slackbot.domain.job import Origin, OriginKind
from glm_slackbot.slack.ask import Answer, ask
from glm_slackbot.slack.clients import ClientFor
from glm_slackbot.slack.errors import BOT_NAME, SETUP_TEXTS
from glm_slackbot.slack.remembered import Remembered
from glm_slackbot.workflow.ports import Place

DIRECT_MESSAGE: Final = "D"
OUR_READ_SCOPES: Final = frozenset({"channels:read", "groups:read"})


class _BetweenOthers(Exception):
    """A group direct message, into which we may not look."""


USABLE_S: Final = 1.0
PAGE: Final = "1000"
"""People of a channel that Slack tells at once."""


class Places:
    """Finds places. What can be used is remembered for a moment only, so that a burst asks once
    and a bot that was removed buys nothing; what cannot is not remembered at all.
    """

    def __init__(self, client_for: ClientFor, clock: Callable[[], float]) -> None:
        self._client_for = client_for
        self._usable: Remembered[tuple[str, str], bool] = Remembered(clock, seconds=USABLE_S)
        self._direct: Remembered[tuple[str, str], str] = Remembered(clock)

    async def find(self, origin: Origin) -> Place:
        """Where the bot can post. Raises SetupError that says how to invite it."""
        if origin.kind is OriginKind.MESSAGE:
            return Place(origin.channel_id, origin.answer_thread)
        if not await self._can_post_or_need_not(origin):
            return Place(await self.direct_channel(origin), None)
        in_thread = origin.answer_thread if origin.kind.has_status_message else origin.thread_ts
        return Place(origin.channel_id, in_thread)

    async def direct_channel(self, origin: Origin) -> str:
        """The asker's own direct message with the bot."""
        return await self._direct.get(
            (origin.team_id, origin.user_id), lambda: self._open_direct(origin)
        )

    async def _can_post_or_need_not(self, origin: Origin) -> bool:
        """Who asks on Home has no other place to ask in: where the first image is gone to, or
        the bot is not any more, the direct message has to do.
        """
        try:
            return await self._can_post(origin)
        except SetupError:
            if origin.kind is not OriginKind.HOME:
                raise
            return False

    async def _can_post(self, origin: Origin) -> bool:
        if origin.channel_id.startswith(DIRECT_MESSAGE):
            # The bot is in no direct message but its own with each person.
            return origin.channel_id == await self.direct_channel(origin)
        try:
            is_private = await self._usable.get(
                (origin.team_id, origin.channel_id), lambda: self._look_at_channel(origin)
            )
        except _BetweenOthers:
            # A mention reached the bot there, and a button stands under what it posted there.
            return origin.kind in (OriginKind.MENTION, OriginKind.BUTTON)
        # Who types or presses in a channel is in it; who looks at Home may have left it.
        return origin.kind is not OriginKind.HOME or not is_private or await self._is_in(origin)

    async def _look_at_channel(self, origin: Origin) -> bool:
        """Whether it is private. Raises SetupError where the bot cannot post."""
        client = await self._client_for(origin.team_id, origin.enterprise_id)
        question = {"channel": origin.channel_id}
        answer = await ask(
            client, "conversations.info", question, as_form=True, expected={"missing_scope"}
        )
        if answer.get("error"):
            raise _scope_problem(answer)
        channel = answer["channel"]
        if channel.get("is_archived"):
            raise SetupError(SETUP_TEXTS["is_archived"], bot_name=BOT_NAME)
        # A group direct message one can see is one's own, and need not say so.
        if not channel.get("is_member", channel.get("is_mpim", False)):
            raise SetupError(SETUP_TEXTS["not_in_channel"], bot_name=BOT_NAME)
        return bool(channel.get("is_private"))

    async def _is_in(self, origin: Origin) -> bool:
        client = await self._client_for(origin.team_id, origin.enterprise_id)
        question = {"channel": origin.channel_id, "limit": PAGE}
        while True:
            answer = await ask(client, "conversations.members", question, as_form=True)
            if origin.user_id in answer["members"]:
                return True
            cursor = (answer.get("response_metadata") or {}).get("next_cursor")
            if not cursor:
                return False
            question["cursor"] = cursor

    async def _open_direct(self, origin: Origin) -> str:
        client = await self._client_for(origin.team_id, origin.enterprise_id)
        answer = await ask(client, "conversations.open", {"users": origin.user_id}, as_form=True)
        return str(answer["channel"]["id"])


def _scope_problem(answer: Answer) -> Exception:
    """Our own scope missing is an admin's matter; any other means a kind we never ask to see."""
    needed = {scope for scope in str(answer.get("needed") or "").split(",") if scope}
    if needed and needed <= OUR_READ_SCOPES:
        return SetupError(SETUP_TEXTS["missing_scope"], needed=",".join(sorted(needed)))
    return _BetweenOthers()
