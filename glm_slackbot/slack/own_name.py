"""The bot's name in a workspace: whom to invite. A host app is called as its owner likes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import structlog

from glm_slackbot.domain.errors import BotError, error_named
from glm_slackbot.domain.job import Origin
from glm_slackbot.slack.ask import ask
from glm_slackbot.slack.clients import ClientFor
from glm_slackbot.slack.errors import BOT_NAME
from glm_slackbot.slack.remembered import Remembered

KEPT_S: Final = 3600.0
PARAMETER: Final = "bot_name"
_log = structlog.get_logger()


class OwnName:
    """Asks for the name when a sentence needs it, and then once an hour and workspace."""

    def __init__(self, client_for: ClientFor, clock: Callable[[], float]) -> None:
        self._client_for = client_for
        self._known: Remembered[str, str] = Remembered(clock, seconds=KEPT_S)

    async def put_into(self, error: BotError, origin: Origin) -> BotError:
        """The error with the bot's name of there; as it is where Slack does not tell."""
        if PARAMETER not in error.params:
            return error
        try:
            name = await self._known.get(origin.team_id, lambda: self._ask(origin))
        except BotError as fault:
            _log.info("own_name_unknown", error=fault.text_id)
            return error
        return error_named(type(error).__name__, error.text_id, {**error.params, PARAMETER: name})

    async def _ask(self, origin: Origin) -> str:
        client = await self._client_for(origin.team_id, origin.enterprise_id)
        me = await ask(client, "auth.test", {})
        return str(me.get("user") or BOT_NAME)
