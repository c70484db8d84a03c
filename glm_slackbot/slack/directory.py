"""ports.Directory over Slack."""

from __future__ import annotations

from collections.abc import Callable

import structlog

from glm_slackbot.domain.errors import BotError
from glm_slackbot.domain.job import Origin
from glm_slackbot.slack.ask import ask
from glm_slackbot.slack.clients import ClientFor
from glm_slackbot.slack.people import People
from glm_slackbot.slack.text_undo import undo_slack_text
from glm_slackbot.workflow.ports import Person

_log = structlog.get_logger()


class SlackDirectory:
    """Asks Slack about people and threads."""

    def __init__(self, client_for: ClientFor, clock: Callable[[], float]) -> None:
        self._client_for = client_for
        self._people = People(client_for, clock)

    async def person(self, origin: Origin) -> Person:
        """Who asks. Where Slack does not tell: of no known language, no admin, and said so."""
        try:
            return await self.look_up(origin)
        except BotError as error:
            _log.info("person_unknown", error=error.text_id)
            return Person(locale=None, is_told=False)

    async def look_up(self, origin: Origin) -> Person:
        """Who asks. Raises BotError where Slack does not tell."""
        return await self._people.person(origin.team_id, origin.user_id, origin.enterprise_id)

    async def thread_first_message(self, origin: Origin) -> str | None:
        """The text of the thread's first message; None where it cannot be read or is empty.

        A bonus: reading needs optional scopes, and for some apps works once a minute.
        """
        if not origin.thread_ts:
            return None
        question = {"channel": origin.channel_id, "ts": origin.thread_ts, "limit": "1"}
        try:
            client = await self._client_for(origin.team_id, origin.enterprise_id)
            answer = await ask(client, "conversations.replies", question, as_form=True)
        except BotError as error:
            _log.info("thread_not_read", error=error.text_id)
            return None
        first = [str(message.get("text") or "") for message in answer.get("messages") or ()][:1]
        return undo_slack_text("".join(first)).strip() or None
