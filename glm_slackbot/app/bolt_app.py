"""Our AsyncApp: authorised from what one auth.test told at start, never one a request."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import structlog
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_client import AsyncWebClient

from glm_slackbot.app.authorize import answer_strangers, authorize_by
from glm_slackbot.app.fallbacks import listen_to_the_rest
from glm_slackbot.app.settings import Settings
from glm_slackbot.app.settings_error import token_refused
from glm_slackbot.domain.errors import BotError, SetupError
from glm_slackbot.listeners import uninstall_events
from glm_slackbot.plugin import install
from glm_slackbot.slack.ask import ask
from glm_slackbot.slack.tokens import Tokens
from glm_slackbot.workflow.services import Services

log = structlog.get_logger(__name__)

_READ_BY_BOLT = (
    "SLACK_BOT_TOKEN",
    "SLACK_SIGNING_SECRET",
    "SLACK_CLIENT_ID",
    "SLACK_CLIENT_SECRET",
    "SLACK_VERIFICATION_TOKEN",
)
"""AsyncApp reads these by itself, even beside ``authorize=``, and would switch OAuth on."""


@dataclass(slots=True)
class Identity:
    """Who the bot is in its one workspace; unknown until Slack has answered."""

    token: str
    known: asyncio.Event = field(default_factory=asyncio.Event)
    bot_id: str | None = None
    bot_user_id: str | None = None

    def authorization(self) -> AuthorizeResult:
        """What Bolt asks at every request, from memory."""
        return AuthorizeResult(
            enterprise_id=None,
            team_id=None,
            bot_token=self.token,
            bot_id=self.bot_id,
            bot_user_id=self.bot_user_id,
        )


async def learn_identity(identity: Identity, client: AsyncWebClient) -> None:
    """Ask Slack who we are, until it answers. Raises SettingsError for a token it refuses."""
    pause = 1.0
    while True:
        try:
            answer = await ask(client, "auth.test", {})
        except SetupError as error:
            mend = "reinstall the app and copy the Bot User OAuth Token anew"
            raise token_refused("SLACK_BOT_TOKEN", error, mend) from error
        except BotError as error:
            log.warning("Slack did not say who the bot is; asking again", reason=str(error))
        else:
            identity.bot_id, identity.bot_user_id = answer.get("bot_id"), answer.get("user_id")
            identity.known.set()
            return
        await asyncio.sleep(pause)
        pause = min(30.0, pause * 2)


def make_bolt_app(settings: Settings, services: Services, known: Identity | Tokens) -> AsyncApp:
    """An AsyncApp with our listeners, and one that answers for whatever they decline.

    ``known``: who the bot is in its one workspace, or in each that installed it.
    """
    secret = settings.slack_signing_secret
    authorize = authorize_by(known) if isinstance(known, Tokens) else _authorize_as(known)
    with _hidden_from_bolt():
        app = AsyncApp(
            # Bolt makes a logger of this name and sets its level: not the name of ours.
            name="slack_bolt.glm_slackbot",
            signing_secret="" if secret is None else secret.get_secret_value(),
            authorize=authorize,
            # The front door has verified HTTP requests; Socket Mode has its own connection.
            request_verification_enabled=False,
        )
    if isinstance(known, Tokens):
        app.use(answer_strangers(known))
        uninstall_events.register(app, services, known)
    install(app, services)
    listen_to_the_rest(app, settings, services)
    return app


def _authorize_as(identity: Identity) -> Callable[[], Awaitable[AuthorizeResult]]:
    async def authorize() -> AuthorizeResult:
        return identity.authorization()

    return authorize


@contextmanager
def _hidden_from_bolt() -> Iterator[None]:
    hidden = {name: os.environ.pop(name) for name in _READ_BY_BOLT if name in os.environ}
    try:
        yield
    finally:
        os.environ.update(hidden)
