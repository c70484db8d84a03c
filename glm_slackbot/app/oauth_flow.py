"""Slack's OAuth as slack-bolt does it, with our door and our reasons."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

import aiohttp
import structlog
from slack_bolt.oauth.async_callback_options import AsyncCallbackOptions
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_bolt.oauth.async_oauth_settings import AsyncOAuthSettings
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.oauth.installation_store import Installation
from slack_sdk.oauth.state_store.async_state_store import AsyncOAuthStateStore
from slack_sdk.web.async_client import AsyncWebClient

from glm_slackbot.app.manifest import BOT_SCOPES, OPTIONAL_BOT_SCOPES
from glm_slackbot.app.public_url import INSTALL_PATH, REDIRECT_PATH
from glm_slackbot.domain.errors import BotError, SetupError
from glm_slackbot.slack.app_credentials import AppCredentials
from glm_slackbot.slack.ask import Answer, ask
from glm_slackbot.slack.clients import make_client
from glm_slackbot.storage.installations import InstallationStore

REASONS: Final[Mapping[str, str]] = {
    "access_denied": "install.access_denied",
    "invalid_browser": "install.invalid_browser",
    "invalid_state": "install.invalid_state",
    "missing_code": "install.invalid_code",
    "invalid_code": "install.invalid_code",
    "invalid_team_for_non_distributed_app": "install.not_distributed",
    **dict.fromkeys(
        (
            "bad_client_secret",
            "bad_redirect_uri",
            "invalid_client_id",
            "invalid_scope",
            "no_scopes",
            "oauth_authorization_url_mismatch",
        ),
        "install.misconfigured",
    ),
}
"""Slack's codes and slack-bolt's, whichever way they come."""
_TEAM: Final = re.compile(r"[TE][A-Z0-9]{1,30}")

log = structlog.get_logger(__name__)


class InstallFailed(Exception):
    """An installation that came to nothing: a text_id, and what stands in it."""

    def __init__(self, text_id: str, **params: object) -> None:
        super().__init__(text_id)
        self.text_id = text_id
        self.params = params


class Flow(AsyncOAuthFlow):
    """What becomes of a code. Every failure leaves as InstallFailed."""

    def __init__(
        self,
        app: AppCredentials,
        session: aiohttp.ClientSession,
        now: Callable[[], float],
        settings: AsyncOAuthSettings,
    ) -> None:
        super().__init__(client=make_client(session, None), settings=settings)
        self._app = app
        self._session = session
        self._now = now

    async def build_authorize_url(self, state: str, request: AsyncBoltRequest) -> str:
        """Slack's page; ``team`` of the query says for which workspace.

        slack-bolt puts it in as it is: a link could ask for more scopes than ours.
        """
        team = next(iter(request.query.get("team", ())), "")
        return self.settings.authorize_url_generator.generate(
            state=state, team=team if _TEAM.fullmatch(team) else None
        )

    async def run_installation(self, code: str) -> Installation:
        """The installation that Slack gives for a code. Raises InstallFailed."""
        try:
            answer = await self._access(code)
            token = make_client(self._session, str(answer["access_token"]))
            await self._check_door(answer, token)
            who = await ask(token, "auth.test", {})
        except BotError as error:
            raise _in_words(error) from error
        return _installation(answer, who, self._now())

    async def _access(self, code: str) -> Answer:
        arguments = {"code": code, "redirect_uri": self.redirect_uri}
        proof = self._app.as_headers
        answer = await ask(self.client, "oauth.v2.access", arguments, as_form=True, headers=proof)
        if not answer.get("access_token") or answer.get("token_type") != "bot":
            raise InstallFailed("install.misconfigured", code="no bot token")
        if not _id_of(answer):
            raise InstallFailed("install.refused", code="no workspace")
        return answer

    async def _check_door(self, answer: Answer, token: AsyncWebClient) -> None:
        team, enterprise = _part(answer, "team"), _part(answer, "enterprise")
        if self._app.allows(team.get("id"), enterprise.get("id")):
            return
        name = (team or enterprise).get("name") or _id_of(answer)
        log.warning("a workspace that is not allowed was turned away", workspace=_id_of(answer))
        try:
            await ask(token, "auth.revoke", {}, as_form=True)
        except BotError as error:
            log.warning("its token could not be revoked", reason=str(error))
        raise InstallFailed("install.not_allowed", name=name, id=_id_of(answer))


def flow_settings(
    app: AppCredentials,
    base: str,
    store: InstallationStore,
    states: AsyncOAuthStateStore,
    pages: AsyncCallbackOptions,
) -> AsyncOAuthSettings:
    """Everything is named: what is left out, slack-bolt reads from the environment."""
    return AsyncOAuthSettings(
        client_id=app.client_id,
        client_secret=app.client_secret,
        scopes=[*BOT_SCOPES, *OPTIONAL_BOT_SCOPES],
        user_scopes=[],
        redirect_uri=base + REDIRECT_PATH,
        install_path=INSTALL_PATH,
        install_page_rendering_enabled=False,
        redirect_uri_path=REDIRECT_PATH,
        callback_options=pages,
        installation_store=store,
        state_store=states,
    )


def _in_words(error: BotError) -> InstallFailed:
    if not isinstance(error, SetupError):
        return InstallFailed("install.unreachable")
    code = str(error.params.get("code"))
    return InstallFailed(text_id_of(code), code=code)


def text_id_of(code: str) -> str:
    """The words for a code with which an installation ended."""
    return REASONS.get(code, "install.refused")


def _installation(answer: Answer, who: Mapping[str, Any], now: float) -> Installation:
    team, enterprise = _part(answer, "team"), _part(answer, "enterprise")
    expires_in = answer.get("expires_in")
    return Installation(
        app_id=answer.get("app_id"),
        enterprise_id=enterprise.get("id"),
        enterprise_name=enterprise.get("name"),
        team_id=team.get("id"),
        team_name=team.get("name"),
        bot_token=answer["access_token"],
        bot_id=who.get("bot_id"),
        bot_user_id=answer.get("bot_user_id") or who.get("user_id"),
        bot_scopes=answer.get("scope") or "",
        bot_refresh_token=answer.get("refresh_token"),
        bot_token_expires_at=None if expires_in is None else int(now + float(expires_in)),
        user_id=str(_part(answer, "authed_user").get("id") or ""),
        is_enterprise_install=_is_org_wide(answer),
        token_type=answer.get("token_type"),
        installed_at=now,
    )


def _is_org_wide(answer: Answer) -> bool:
    return answer.get("is_enterprise_install") is True


def _id_of(answer: Answer) -> str | None:
    id_: str | None = _part(answer, "enterprise" if _is_org_wide(answer) else "team").get("id")
    return id_


def _part(answer: Answer, name: str) -> Mapping[str, Any]:
    part = answer.get(name)
    return part if isinstance(part, dict) else {}
