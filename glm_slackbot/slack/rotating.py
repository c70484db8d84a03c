"""Tokens that expire: each is exchanged before its end, by one process alone."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any, Final

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from glm_slackbot.domain.errors import BotError, SetupError, UpstreamError
from glm_slackbot.slack.app_credentials import AppCredentials
from glm_slackbot.slack.ask import Answer, ask
from glm_slackbot.slack.errors import UNREACHABLE
from glm_slackbot.storage.installations import InstallationStore, Installed
from glm_slackbot.storage.rotations import Rotations

OTHERS_S: Final = 0.2
OTHERS_LOOKS: Final = 75
"""How often, and at what pauses, we look for the token that another is fetching."""
SAVING_LOOKS: Final = 10
"""The same where another must have it already."""
MOMENT_S: Final = 1.0
"""What is waited for a new token while the old one is good."""
PAUSE_S: Final = 60.0
"""After a rotation that failed, while the old token is good."""
INVALID: Final = "invalid_refresh_token"

log = structlog.get_logger(__name__)


class Rotating:
    """Exchanges tokens. ``client`` is one without a token: the app proves who it is."""

    def __init__(
        self,
        store: InstallationStore,
        rotations: Rotations,
        app: AppCredentials,
        client: AsyncWebClient,
        now: Callable[[], float],
        sleep: Callable[[float], Awaitable[None]],
    ) -> None:
        self._store = store
        self._rotations = rotations
        self._app = app
        self._client = client
        self._now = now
        self._sleep = sleep
        self._under_way: dict[str, asyncio.Task[Installed | None]] = {}
        self._not_before: dict[str, float] = {}

    async def fresh(self, installed: Installed) -> Installed:
        """The installation with a token that is good now. Raises SetupError, UpstreamError."""
        for _ in range(OTHERS_LOOKS):
            if not self._is_due(installed):
                return installed
            if self._now() < (installed.expires_at or 0.0):
                return await self._with_the_old(installed)
            rotated = await asyncio.shield(self._begun(installed))
            if rotated is not None:
                return rotated
            await self._sleep(OTHERS_S)
            installed = await self._look_again(installed)
        raise UpstreamError(UNREACHABLE)

    async def close(self) -> None:
        """Wait for rotations under way: Slack has spent the old refresh token already."""
        if self._under_way:
            await asyncio.wait(list(self._under_way.values()), timeout=10.0)

    def _is_due(self, installed: Installed) -> bool:
        due = installed.rotate_at
        return due is not None and installed.refresh_token is not None and self._now() >= due

    async def _with_the_old(self, installed: Installed) -> Installed:
        """It is good still: nobody waits long for Slack, and near the end alone at all."""
        if self._now() < self._not_before.get(installed.workspace_id, 0.0):
            return installed
        begun = self._begun(installed)
        if not self._is_near_its_end(installed):
            return installed
        try:
            async with asyncio.timeout(MOMENT_S):
                return await asyncio.shield(begun) or installed
        except (BotError, TimeoutError):
            return installed

    def _is_near_its_end(self, installed: Installed) -> bool:
        assert installed.rotate_at is not None
        assert installed.expires_at is not None
        return self._now() >= (installed.rotate_at + installed.expires_at) / 2

    def _begun(self, installed: Installed) -> asyncio.Task[Installed | None]:
        """One a workspace; its own task: who gives up waiting must not lose Slack's answer."""
        id_ = installed.workspace_id
        if id_ not in self._under_way:
            self._under_way[id_] = asyncio.create_task(self._rotate(installed))
            self._under_way[id_].add_done_callback(lambda done: self._settle(id_, done))
        return self._under_way[id_]

    def _settle(self, id_: str, done: asyncio.Task[Installed | None]) -> None:
        del self._under_way[id_]
        # Whoever still waits hears of a fault; nobody need wait.
        if done.cancelled() or done.exception():
            self._not_before[id_] = self._now() + PAUSE_S

    async def _rotate(self, installed: Installed) -> Installed | None:
        """With new tokens; None while another process fetches them."""
        if not await self._rotations.take(installed):
            return await self._newer(installed)
        try:
            answer = await self._exchange(installed)
        except BotError as error:
            if (newer := await self._saved_by_another(installed, error)) is not None:
                return newer
            log.warning("a token was not rotated", workspace=installed.name, reason=str(error))
            await self._rotations.give_back(installed)
            raise
        new = _renewed(installed, answer, self._now())
        is_saved = await self._rotations.save(new, self._now())
        return new if is_saved else await self._look_again(installed)

    async def _exchange(self, installed: Installed) -> Answer:
        answer = await ask(
            self._client,
            "oauth.v2.access",
            {"grant_type": "refresh_token", "refresh_token": installed.refresh_token},
            as_form=True,
            headers=self._app.as_headers,
            expected={INVALID},
        )
        if answer.get("error"):
            url = self._app.install_url
            raise SetupError("install.token_ended", install_url=url, code=INVALID)
        if not answer.get("access_token"):
            raise UpstreamError(UNREACHABLE)
        return answer

    async def _saved_by_another(self, installed: Installed, error: BotError) -> Installed | None:
        """What a process that seemed dead got for the same refresh token, and saves by now."""
        if error.params.get("code") != INVALID:
            return None
        for _ in range(SAVING_LOOKS):
            if (newer := await self._newer(installed)) is not None:
                return newer
            await self._sleep(OTHERS_S)
        return None

    async def _newer(self, installed: Installed) -> Installed | None:
        current = await self._look_again(installed)
        return current if current.generation != installed.generation else None

    async def _look_again(self, installed: Installed) -> Installed:
        found = await self._store.find(installed.workspace_id, None)
        if found is None:
            raise self._app.not_installed()
        return found


def _renewed(installed: Installed, answer: Answer, now: float) -> Installed:
    expires_in: Any = answer.get("expires_in")
    return replace(
        installed,
        bot_token=str(answer["access_token"]),
        refresh_token=answer.get("refresh_token") or installed.refresh_token,
        expires_at=None if expires_in is None else now + float(expires_in),
        generation=installed.generation + 1,
    )
