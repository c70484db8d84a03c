"""Tells the asker something privately: in the place if it can be, else by direct message."""

from __future__ import annotations

from collections.abc import Callable

import aiohttp
import structlog

from glm_slackbot.domain.errors import BotError
from glm_slackbot.domain.job import Draft, Job, Origin, OriginKind
from glm_slackbot.slack.ask import ask
from glm_slackbot.slack.clients import ClientFor
from glm_slackbot.slack.places import Places
from glm_slackbot.slack.response_url import YOUNG_S, respond
from glm_slackbot.ui.card import Card

_log = structlog.get_logger()


class Telling:
    """Private words: by response URL, as an ephemeral message, or in the direct message."""

    def __init__(
        self,
        client_for: ClientFor,
        session: aiohttp.ClientSession,
        places: Places,
        clock: Callable[[], float],
    ) -> None:
        self._client_for = client_for
        self._session = session
        self._places = places
        self._clock = clock

    async def tell(self, job: Job, card: Card, *, also_directly: bool = False) -> None:
        """Tell the asker of a job; ``also_directly`` those who may be away. Raises BotError."""
        origin = job.origin
        # An ephemeral in a thread shows only once the thread has an answer: the status message.
        thread = origin.answer_thread if job.status_ts else origin.thread_ts
        told = await self._tell_in_place(origin, card, thread, asked_at=job.asked_at)
        if not told:
            await self._tell_directly(origin, card)
        elif also_directly and origin.kind is not OriginKind.MESSAGE:
            await self._tell_once_more(origin, card)

    async def answer(self, draft: Draft, card: Card) -> None:
        """Answer a message that became no job. Raises BotError."""
        origin = draft.origin
        if not await self._tell_in_place(origin, card, origin.thread_ts, asked_at=draft.created_at):
            await self._tell_directly(origin, card)

    async def _tell_in_place(
        self, origin: Origin, card: Card, thread: str | None, *, asked_at: float
    ) -> bool:
        """Whether the asker could be told where they asked."""
        try:
            if origin.kind is OriginKind.MESSAGE:
                await self._post(origin, origin.channel_id, card, origin.answer_thread)
            elif origin.kind is OriginKind.MENTION:
                await self._whisper(origin, card, thread)
            else:
                return await self._respond(origin, card, asked_at)
        except BotError as error:
            _log.info("not_told_in_place", kind=origin.kind, error=error.text_id)
            return False
        return True

    async def _respond(self, origin: Origin, card: Card, asked_at: float) -> bool:
        if not origin.response_url or self._clock() - asked_at >= YOUNG_S:
            return False
        # In a thread Slack shows an answer to a press only where it is told the thread.
        thread = {"thread_ts": origin.thread_ts} if origin.thread_ts else {}
        await respond(self._session, origin.response_url, {**card.as_arguments(), **thread})
        return True

    async def _whisper(self, origin: Origin, card: Card, thread: str | None) -> None:
        client = await self._client_for(origin.team_id, origin.enterprise_id)
        place = {"channel": origin.channel_id, "user": origin.user_id, "thread_ts": thread}
        words = {"text": card.text, "blocks": list(card.blocks)}
        await ask(client, "chat.postEphemeral", {**place, **words})

    async def _tell_once_more(self, origin: Origin, card: Card) -> None:
        try:
            await self._tell_directly(origin, card)
        except BotError as error:
            # Told already where they asked: failing now would only make the caller tell again.
            _log.warning("not_told_directly", error=error.text_id)

    async def _tell_directly(self, origin: Origin, card: Card) -> None:
        channel = await self._places.direct_channel(origin)
        await self._post(origin, channel, card, None)

    async def _post(self, origin: Origin, channel: str, card: Card, thread: str | None) -> None:
        client = await self._client_for(origin.team_id, origin.enterprise_id)
        place = {"channel": channel, "thread_ts": thread}
        await ask(client, "chat.postMessage", {**place, **card.as_arguments()})
