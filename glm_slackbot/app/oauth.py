"""Installing by OAuth: our two routes around slack-bolt's flow, which stands apart from its app."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable, Mapping, Sequence
from http import HTTPStatus
from typing import Final
from urllib.parse import urlencode

import structlog
from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response
from slack_bolt.oauth.async_callback_options import (
    AsyncCallbackOptions,
    AsyncFailureArgs,
    AsyncSuccessArgs,
)
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from glm_slackbot.app.bootstrap import Opened
from glm_slackbot.app.oauth_flow import Flow, InstallFailed, flow_settings, text_id_of
from glm_slackbot.app.oauth_pages import PAGE_HEADERS, done_page, failed_page, page_locale
from glm_slackbot.app.public_url import INSTALL_PATH, REDIRECT_PATH
from glm_slackbot.app.settings import Settings
from glm_slackbot.observe import traceback_of
from glm_slackbot.slack.errors import BOT_NAME
from glm_slackbot.slack.tokens import Tokens
from glm_slackbot.storage.installations import OAuthStateStore, workspace_id_of
from glm_slackbot.workflow.services import Services

LONGEST_CODE: Final = 60
"""Characters of a code that a stranger may have put into the address."""

log = structlog.get_logger(__name__)

Route = Callable[[web.Request], Awaitable[web.StreamResponse]]


def oauth_routes(settings: Settings, opened: Opened, tokens: Tokens) -> list[web.RouteDef]:
    """``/slack/install`` and ``/slack/oauth_redirect``."""
    services, base = opened.services, settings.public_url
    assert base is not None
    pages = _Pages(services, tokens.app.install_url)
    states = OAuthStateStore(services.database, services.clock.now)
    options = AsyncCallbackOptions(success=pages.success, failure=pages.failure)
    flow = Flow(
        tokens.app,
        opened.session,
        services.clock.now,
        flow_settings(tokens.app, base, services.installations, states, options),
    )

    async def callback(request: AsyncBoltRequest) -> BoltResponse:
        response = await flow.handle_callback(request)
        if response.status == HTTPStatus.OK:
            tokens.forget()  # what is installed again has another token
        return response

    return [
        web.route("*", INSTALL_PATH, _route(pages, flow.handle_installation)),
        web.route("*", REDIRECT_PATH, _route(pages, callback)),
    ]


def _route(pages: _Pages, answer: Callable[[AsyncBoltRequest], Awaitable[BoltResponse]]) -> Route:
    async def route(request: web.Request) -> web.StreamResponse:
        if request.method == "HEAD":  # a link is looked at: nothing begins, and nothing ends
            return web.Response(headers=PAGE_HEADERS)
        if request.method != "GET":
            raise web.HTTPMethodNotAllowed(request.method, ["GET", "HEAD"])
        asked = _asked(request)
        try:
            response = await answer(asked)
        except InstallFailed as failed:
            response = pages.failed(asked, failed.text_id, failed.params)
        except Exception as fault:  # the door to a browser
            reference = secrets.token_hex(4)
            log.exception(
                "an installation failed unexpectedly", reference=reference, **traceback_of(fault)
            )
            params = {"reference": reference}
            response = pages.failed(asked, "install.not_saved", params, status=500)
        answered = await to_aiohttp_response(response)
        answered.headers.update(PAGE_HEADERS)
        for cookie in answered.cookies.values():
            cookie["samesite"] = "Lax"  # Slack sends the browser back by a link
        return answered

    return route


def _asked(request: web.Request) -> AsyncBoltRequest:
    # A proxy may hand cookies on in several lines.
    cookies = "; ".join(request.headers.getall("Cookie", []))
    headers: dict[str, str | Sequence[str]] = {**request.headers, "Cookie": cookies}
    return AsyncBoltRequest(body="", query=request.rel_url.raw_query_string, headers=headers)


class _Pages:
    """The pages, as slack-bolt's flow asks for them."""

    def __init__(self, services: Services, install_url: str) -> None:
        self._services = services
        self._install_url = install_url

    async def success(self, args: AsyncSuccessArgs) -> BoltResponse:
        """Installed."""
        installation = args.installation
        names = (installation.team_name, installation.enterprise_name, installation.team_id)
        team = {} if installation.is_enterprise_install else {"team": installation.team_id}
        app = urlencode({"app": installation.app_id or "", **team})
        steps = ["install.next_invite", "install.next_ask"]
        page = done_page(
            _locale(args.request),
            name=next((name for name in names if name), BOT_NAME),
            steps=[*await self._before(workspace_id_of(installation)), *steps],
            open_url=f"https://slack.com/app_redirect?{app}",
            params={"bot_name": BOT_NAME, "command": self._services.command},
        )
        return self._answer(args.settings.state_utils.build_set_cookie_for_deletion(), page, 200)

    async def _before(self, workspace_id: str) -> Sequence[str]:
        """What an admin must do first; one who installs it again has done it already."""
        if self._services.api_keys.environment is not None:
            return []
        workspace = await self._services.workspaces.find(workspace_id)
        return [] if workspace.api_key else ["install.next_api_key"]

    async def failure(self, args: AsyncFailureArgs) -> BoltResponse:
        """Not installed, for a reason that slack-bolt found."""
        code = args.reason[:LONGEST_CODE].strip() or "unknown"
        return self.failed(args.request, text_id_of(code), {"code": code})

    def failed(
        self,
        request: AsyncBoltRequest,
        text_id: str,
        params: Mapping[str, object],
        status: int = 400,
    ) -> BoltResponse:
        """Not installed."""
        # By its whole address: the cookie is for that host, whichever other leads here too.
        page = failed_page(
            _locale(request), text_id=text_id, params=params, install_url=self._install_url
        )
        return self._answer(None, page, status)

    def _answer(self, cookie: str | None, page: str, status: int) -> BoltResponse:
        headers: dict[str, str | Sequence[str]] = {"Content-Type": "text/html; charset=utf-8"}
        if cookie is not None:
            headers["Set-Cookie"] = cookie
        return BoltResponse(status=status, body=page, headers=headers)


def _locale(request: AsyncBoltRequest) -> str:
    return page_locale(next(iter(request.headers.get("accept-language", ())), ""))
