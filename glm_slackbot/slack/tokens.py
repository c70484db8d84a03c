"""The token of each workspace that installed the bot by OAuth: looked up, remembered, rotated."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from typing import Final

import aiohttp
import structlog
from slack_sdk.web.async_client import AsyncWebClient

from glm_slackbot.domain.errors import BotError, SetupError, UpstreamError
from glm_slackbot.slack.ask import ask
from glm_slackbot.slack.clients import basic_authorization, make_client
from glm_slackbot.slack.errors import UNREACHABLE
from glm_slackbot.slack.remembered import Remembered
from glm_slackbot.storage.installations import InstallationStore, Installed
from glm_slackbot.storage.rotations import Rotations

KEPT_S: Final = 30.0
"""Another process may have removed or rotated it meanwhile."""
ROTATE_S: Final = 2 * 3600.0
"""Before a token's end: whoever has the old one still can finish with it."""
OTHERS_S: Final = 0.2
OTHERS_LOOKS: Final = 75
"""How often, and at what pauses, we look for the token that another is fetching."""

log = structlog.get_logger(__name__)

Team = tuple[str, str, bool]


@dataclass(frozen=True, slots=True)
class AppCredentials:
    """Who our app is to Slack, and whom it serves."""

    client_id: str
    client_secret: str = field(repr=False)
    install_url: str
    """Where an admin installs it."""
    allowed: frozenset[str] = frozenset()
    """Ids of workspaces and organisations; empty: everybody."""

    def allows(self, team_id: str | None, enterprise_id: str | None) -> bool:
        """Whether the door is open to a workspace."""
        return not self.allowed or bool(self.allowed & {team_id, enterprise_id})

    @property
    def as_headers(self) -> dict[str, str]:
        """As Slack prefers it: by HTTP Basic authentication, not among the arguments."""
        return {"Authorization": basic_authorization(self.client_id, self.client_secret)}


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
        self._rotations = rotations
        self.app = app
        self._session = session
        self._now = now
        self._sleep = sleep
        self._clients: dict[str, tuple[str, AsyncWebClient]] = {}
        self._rotating: dict[str, asyncio.Task[Installed]] = {}
        self.forget()

    def forget(self) -> None:
        """Look everything up anew."""
        self._known: Remembered[Team, Installed] = Remembered(self._now, seconds=KEPT_S)
        self._clients.clear()

    async def installed(
        self, team_id: str | None, enterprise_id: str | None, *, is_org_wide: bool = False
    ) -> Installed | None:
        """The installation that serves a workspace; None: there is none, or no door for it."""
        asked = (team_id or "", enterprise_id or "", is_org_wide)
        try:
            found = await self._known.get(asked, lambda: self._find(*asked))
        except _NoneThere:
            return None
        # Not every payload names the organisation; the installation does.
        is_allowed = self.app.allows(team_id, found.enterprise_id)
        return found if is_allowed else None

    async def client_for(self, team_id: str, enterprise_id: str | None) -> AsyncWebClient:
        """A client whose token is good now. Raises SetupError, UpstreamError."""
        installed = await self.installed(team_id, enterprise_id)
        if installed is None:
            raise self._not_installed()
        return self.client_of(await self._fresh(installed))

    def client_of(self, installed: Installed) -> AsyncWebClient:
        """A client with the token as it is. Raises SetupError for one that is not readable."""
        token = installed.bot_token
        if token is None:
            raise SetupError("install.token_unreadable", install_url=self.app.install_url)
        kept = self._clients.get(installed.workspace_id)
        if kept is None or kept[0] != token:
            kept = self._clients[installed.workspace_id] = (token, self._make(token))
        return kept[1]

    async def close(self) -> None:
        """Wait for rotations under way: Slack has spent the old refresh token already."""
        if self._rotating:
            await asyncio.wait(list(self._rotating.values()), timeout=10.0)

    async def _find(self, team_id: str, enterprise_id: str, is_org_wide: bool) -> Installed:
        found = await self._store.find(team_id, enterprise_id, is_org_wide=is_org_wide)
        if found is None:
            raise _NoneThere  # and so not remembered: it may be installed in a moment
        return found

    async def _fresh(self, installed: Installed) -> Installed:
        """The installation with a token that lives for a while yet."""
        for _ in range(OTHERS_LOOKS):
            if not self._must_rotate(installed):
                return installed
            installed = await self._rotated_by_somebody(installed) or installed
            if self._now() < (installed.expires_at or 0.0):
                return installed
            await self._sleep(OTHERS_S)
            installed = await self._look_again(installed)
        raise UpstreamError(UNREACHABLE)

    def _must_rotate(self, installed: Installed) -> bool:
        until = installed.expires_at
        return (
            until is not None
            and installed.refresh_token is not None
            and self._now() >= until - ROTATE_S
        )

    async def _rotated_by_somebody(self, installed: Installed) -> Installed | None:
        """What this process fetches, once for all who ask; None where another process does."""
        id_ = installed.workspace_id
        if id_ not in self._rotating:
            if not await self._rotations.take(installed):
                current = await self._look_again(installed)
                return current if current.generation != installed.generation else None
            # A task of its own: who gives up waiting must not lose what Slack answers.
            self._rotating[id_] = asyncio.create_task(self._rotate(installed))
            self._rotating[id_].add_done_callback(lambda done: self._settle(id_, done))
        try:
            return await asyncio.shield(self._rotating[id_])
        except BotError:
            if self._now() < (installed.expires_at or 0.0):
                return None  # the old one is good still
            raise

    def _settle(self, id_: str, done: asyncio.Task[Installed]) -> None:
        del self._rotating[id_]
        if not done.cancelled():
            done.exception()  # whoever still waits hears of it; nobody need wait

    async def _rotate(self, installed: Installed) -> Installed:
        try:
            answer = await ask(
                self._make(None),
                "oauth.v2.access",
                {"grant_type": "refresh_token", "refresh_token": installed.refresh_token},
                as_form=True,
                headers=self.app.as_headers,
                expected={"invalid_refresh_token"},
            )
            if answer.get("error"):
                raise SetupError("install.token_ended", install_url=self.app.install_url)
        except BotError as error:
            log.warning("a token was not rotated", workspace=installed.name, reason=str(error))
            await self._rotations.give_back(installed)
            raise
        new = replace(
            installed,
            bot_token=str(answer["access_token"]),
            refresh_token=answer.get("refresh_token"),
            expires_at=self._now() + float(answer["expires_in"]),
            generation=installed.generation + 1,
        )
        is_saved = await self._rotations.save(new)
        self.forget()
        return new if is_saved else await self._look_again(installed)

    async def _look_again(self, installed: Installed) -> Installed:
        found = await self._store.find(installed.workspace_id, None)
        if found is None:
            raise self._not_installed()
        return found

    def _not_installed(self) -> SetupError:
        return SetupError("install.not_installed", install_url=self.app.install_url)

    def _make(self, token: str | None) -> AsyncWebClient:
        return make_client(self._session, token)


class _NoneThere(Exception):
    """No installation serves that workspace."""
