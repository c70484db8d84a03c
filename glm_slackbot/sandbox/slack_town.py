"""SlackTown: several workspaces that one app serves, each with a token of its own."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from aiohttp import web

from glm_slackbot.sandbox.slack_api import LARGEST_BODY, SlackWeb, read_call, spoiled
from glm_slackbot.sandbox.slack_core import HOSTS
from glm_slackbot.sandbox.slack_errors import Json, SlackError
from glm_slackbot.sandbox.slack_oauth import OAuthServer
from glm_slackbot.sandbox.slack_stand_in import SlackStandIn
from glm_slackbot.sandbox.slack_state import ApiCall
from glm_slackbot.sandbox.slack_weather import Weather

ACCESS = "oauth.v2.access"
Answering = Callable[[web.Request], Awaitable[web.StreamResponse]]


class SlackTown:
    """Hands each call to the workspace that its token, file or address belongs to.

    Nobody has the app until `oauth` gave it: the workspaces' first tokens are taken from them.
    """

    hosts = HOSTS

    def __init__(self, places: Sequence[SlackStandIn], oauth: OAuthServer) -> None:
        self.places = places
        self.oauth = oauth
        self.weather = Weather()
        #: calls of oauth.v2.access
        self.access_calls: list[ApiCall] = []
        for place in places:
            place.workspace.bot_token = ""
            place.socket = places[0].socket  # Socket Mode is the app's, not a workspace's

    @property
    def request_url(self) -> str | None:
        """Where the app listens, for all of them."""
        return self.places[0].request_url

    @request_url.setter
    def request_url(self, url: str | None) -> None:
        for place in self.places:
            place.request_url = url

    def web_app(self) -> web.Application:
        """An application that serves all of `hosts`; closing it closes the workspaces."""
        app = web.Application(client_max_size=LARGEST_BODY)
        for verb in ("GET", "POST"):
            app.router.add_route(verb, f"/api/{ACCESS}", self._access)
            app.router.add_route(verb, "/api/{method}", self._by_token)
        app.router.add_post("/upload/v1/{ticket}", self._by_ticket)
        app.router.add_get("/files-pri/{file}/{name}", self._by_token)
        app.router.add_get("/link/", self.places[0].socket.serve)
        app.router.add_post("/{kind:commands|actions}/{team}/{rest:.+}", self._by_team)

        async def close(_: web.Application) -> None:
            for place in self.places:
                await place.close()

        app.on_shutdown.append(close)
        return app

    async def _access(self, request: web.Request) -> web.StreamResponse:
        args, _ = await read_call(request, ACCESS)

        async def answered() -> web.StreamResponse:
            answer = self._granted(args, request.headers.get("Authorization", ""))
            now = self.places[0].workspace.clock()
            self.access_calls.append(ApiCall(ACCESS, args, "", 200, answer, now))
            return web.json_response(answer)

        trouble = self.weather.take(ACCESS)
        return await (answered() if trouble is None else spoiled(trouble, request, answered))

    def _granted(self, args: Json, authorization: str) -> Json:
        try:
            return self.oauth.access(args, authorization)
        except SlackError as refusal:
            return refusal.answer()

    async def _by_token(self, request: web.Request) -> web.StreamResponse:
        args, token = await read_call(request, request.match_info.get("method", ""))
        known = [p for p in self.places if token in p.workspace.bot_tokens()]
        about = [p for p in known if _is_about(p, args)]
        place = next(iter([*about, *known, *self.places]))
        web_side = SlackWeb(place)
        work = web_side.call if "method" in request.match_info else web_side.download
        return await work(request)

    async def _by_ticket(self, request: web.Request) -> web.StreamResponse:
        ticket = request.match_info["ticket"]
        place = next((p for p in self.places if ticket in p.workspace.files), self.places[0])
        return await SlackWeb(place).upload(request)

    async def _by_team(self, request: web.Request) -> web.StreamResponse:
        team = request.match_info["team"]
        place = next((p for p in self.places if p.workspace.team_id == team), self.places[0])
        return await SlackWeb(place).respond(request)


def _is_about(place: SlackStandIn, args: Json) -> bool:
    """Of an organisation's workspaces under one token: whose channel or file it is."""
    workspace = place.workspace
    channel = args.get("channel") or args.get("channel_id")
    if channel:
        return channel in workspace.channels
    files = args.get("files")
    named = [f.get("id") for f in files] if isinstance(files, list) else [args.get("file")]
    return any(name in workspace.files for name in named)
