"""Whose client speaks to a workspace: a host app's, the one token's, or by its installation."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from glm_slackbot.app.public_url import INSTALL_PATH
from glm_slackbot.app.settings import Settings
from glm_slackbot.domain.errors import SetupError
from glm_slackbot.slack.app_credentials import AppCredentials
from glm_slackbot.slack.clients import ClientFor, make_client
from glm_slackbot.slack.tokens import Tokens
from glm_slackbot.storage.database import Database
from glm_slackbot.storage.installations import InstallationStore
from glm_slackbot.storage.rotations import Rotations
from glm_slackbot.workflow.clock import Clock

HostClientFor = Callable[[str, str | None], AsyncWebClient | Awaitable[AsyncWebClient]]
"""A host app's own way to a workspace's client: by team_id and enterprise_id, async or not."""


def clients_of(
    settings: Settings,
    session: aiohttp.ClientSession,
    client_for: HostClientFor | None,
    tokens: Tokens | None,
) -> ClientFor:
    """By the first of the three that there is."""
    if client_for is not None:
        return _awaited(client_for)
    return _one_token(settings, session) if tokens is None else tokens.client_for


def tokens_of(
    settings: Settings,
    store: InstallationStore,
    database: Database,
    session: aiohttp.ClientSession,
    clock: Clock,
) -> Tokens | None:
    """The tokens of all installations; None where OAuth is off."""
    if not settings.is_oauth:
        return None
    rotations, app = Rotations(database, store), _credentials(settings)
    return Tokens(store, rotations, app, session, clock.now, clock.sleep)


def _awaited(client_for: HostClientFor) -> ClientFor:
    async def find(team_id: str, enterprise_id: str | None) -> AsyncWebClient:
        client = client_for(team_id, enterprise_id)
        return await client if inspect.isawaitable(client) else client

    return find


def _credentials(settings: Settings) -> AppCredentials:
    assert settings.slack_client_id is not None
    assert settings.slack_client_secret is not None
    return AppCredentials(
        client_id=settings.slack_client_id,
        client_secret=settings.slack_client_secret.get_secret_value(),
        install_url=f"{settings.public_url}{INSTALL_PATH}",
        allowed=settings.allowed_workspace_ids,
    )


def _one_token(settings: Settings, session: aiohttp.ClientSession) -> ClientFor:
    token = settings.slack_bot_token
    client = token and make_client(session, token.get_secret_value())

    async def find(team_id: str, enterprise_id: str | None) -> AsyncWebClient:
        if not client:
            raise SetupError("setup.slack_token", code="not_authed")
        return client

    return find
