"""The token of each workspace that installed the bot by OAuth: looked up, and good when used."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from glm_slackbot.domain.errors import SetupError
from glm_slackbot.slack.app_credentials import AppCredentials
from glm_slackbot.slack.ask import ask
from glm_slackbot.slack.clients import make_client
from glm_slackbot.slack.remembered import Remembered
from glm_slackbot.slack.rotating import INVALID, Rotating
from glm_slackbot.storage.installations import InstallationStore, Installed
from glm_slackbot.storage.rotations import Rotations

ENDED: Final = frozenset(
    {"account_inactive", "invalid_auth", "token_expired", "token_revoked", INVALID}
)
"""Slack's words for a token that works no more, and never will."""

Team = tuple[str, str, bool]


class Tokens:
    """Installations, each with a token that is good. ``client_for`` is a ClientFor."""

    def __init__(
        self,
        store: InstallationStore,
        rotations: Rotations,
        app: AppCredentials,
        session: aiohttp.ClientSession,
        now: Callable[[], float],
        sleep: Callable[[float], Awaitable[None]],
    ) -> None:
        self._store = store
        self.app = app
        self._session = session
        self._now = now
        self._rotating = Rotating(store, rotations, app, make_client(session, None), now, sleep)
        self._clients: dict[str, tuple[str, AsyncWebClient]] = {}
        self.forget()

    def forget(self) -> None:
        """Look everything up anew."""
        # Shared by those who ask at once, and kept no longer: by the next request another process
        # may have taken the workspace's leave.
        self._asked: Remembered[Team, Installed] = Remembered(self._now, seconds=0.0)
        self._clients.clear()

    async def installed(
        self, team_id: str | None, enterprise_id: str | None, *, is_org_wide: bool = False
    ) -> Installed | None:
        """The installation that serves a workspace; None: there is none, or no door for it."""
        asked = (team_id or "", enterprise_id or "", is_org_wide)
        try:
            found = await self._asked.get(asked, lambda: self._find(*asked))
        except _NoneThere:
            return None
        return self._let_in(found, team_id)

    async def client_for(self, team_id: str, enterprise_id: str | None) -> AsyncWebClient:
        """A client whose token is good now, looked up anew: another process may have changed it.

        Raises SetupError, UpstreamError.
        """
        found = await self._store.find(team_id, enterprise_id)
        installed = found and self._let_in(found, team_id)
        if installed is None:
            raise self.app.not_installed()
        return self._client_of(await self._rotating.fresh(installed))

    async def still_works(self, installed: Installed) -> bool:
        """Whether Slack takes its token. Raises BotError where that cannot be told."""
        try:
            await ask(self._client_of(await self._rotating.fresh(installed)), "auth.test", {})
        except SetupError as error:
            if error.params.get("code") not in ENDED:
                raise
            return False
        return True

    async def close(self) -> None:
        """Wait for rotations under way."""
        await self._rotating.close()

    def _let_in(self, found: Installed, team_id: str | None) -> Installed | None:
        # Not every payload names the organisation; the installation does.
        return found if self.app.allows(team_id, found.enterprise_id) else None

    def _client_of(self, installed: Installed) -> AsyncWebClient:
        token = installed.bot_token
        if token is None:
            raise SetupError("install.token_unreadable", install_url=self.app.install_url)
        kept = self._clients.get(installed.workspace_id)
        if kept is None or kept[0] != token:
            client = make_client(self._session, token)
            kept = self._clients[installed.workspace_id] = (token, client)
        return kept[1]

    async def _find(self, team_id: str, enterprise_id: str, is_org_wide: bool) -> Installed:
        found = await self._store.find(team_id, enterprise_id, is_org_wide=is_org_wide)
        if found is None:
            raise _NoneThere  # and so not remembered: it may be installed in a moment
        return found


class _NoneThere(Exception):
    """No installation serves that workspace."""
