"""The stand-in Slack without its people: state, web side, and the ways to the app."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

from aiohttp import web

from glm_slackbot.sandbox.slack_api import SlackWeb
from glm_slackbot.sandbox.slack_errors import Json
from glm_slackbot.sandbox.slack_http import HTTPDelivery
from glm_slackbot.sandbox.slack_limits import PostingLimit
from glm_slackbot.sandbox.slack_message import Message
from glm_slackbot.sandbox.slack_parcel import Answer, Parcel, ParcelKind, Sent
from glm_slackbot.sandbox.slack_response_urls import ResponseURLs
from glm_slackbot.sandbox.slack_socket import SocketMode
from glm_slackbot.sandbox.slack_state import SlackWorkspace
from glm_slackbot.sandbox.slack_uploads import Uploads
from glm_slackbot.sandbox.slack_view import Triggers, View
from glm_slackbot.sandbox.slack_weather import Weather

HOSTS = ("slack.com", "files.slack.com", "hooks.slack.com", "wss-primary.slack.com")
#: the events of our manifest, with the scope each needs
SUBSCRIBED = {
    "app_home_opened": None,
    "app_mention": "app_mentions:read",
    "app_uninstalled": None,
    "message": "im:history",
    "tokens_revoked": None,
}


class SlackCore:
    """State and delivery; by HTTP where `request_url` is set, by Socket Mode where not."""

    hosts = HOSTS

    def __init__(self, workspace: SlackWorkspace, signing_secret: str, *, keep_bytes: bool) -> None:
        self.workspace = workspace
        self.weather = Weather()
        self.triggers = Triggers(workspace.clock)
        self.posting_limit = PostingLimit(workspace.clock)
        self.response_urls = ResponseURLs(self)
        self.uploads = Uploads(self, keep_bytes=keep_bytes)
        self.http = HTTPDelivery(signing_secret, workspace.clock)
        self.socket = SocketMode(workspace.app_id)
        self.sent: list[Sent] = []
        #: seconds before each resend of an event; Slack's are 0, 60 and 300
        self.event_pauses: tuple[float, ...] = (0.0, 0.05, 0.1)
        #: whether a share with blocks answers `invalid_blocks` (undocumented: may happen)
        self.refuses_file_blocks = False
        #: whether `files.info` tells of a file that is up and not completed (undocumented)
        self.tells_of_uncompleted_files = False
        self._background: set[asyncio.Task[Any]] = set()

    @property
    def request_url(self) -> str | None:
        """Where the app listens; None: Socket Mode."""
        return self.http.request_url

    @request_url.setter
    def request_url(self, url: str | None) -> None:
        self.http.request_url = url

    def web_app(self) -> web.Application:
        """An application that serves all of `hosts`; closing it closes the stand-in."""
        app = SlackWeb(self).application()

        async def close(_: web.Application) -> None:
            await self.close()

        app.on_shutdown.append(close)
        return app

    async def close(self) -> None:
        """Ends connections and whatever Slack still had to do."""
        for work in self._background:
            work.cancel()
        await asyncio.gather(*self._background, return_exceptions=True)
        await self.socket.drop()
        await self.http.close()

    async def settle(self) -> None:
        """Waits until Slack has nothing left to do: files processed, own events sent."""
        while self._background:
            await asyncio.gather(*self._background)

    def in_background(self, work: Coroutine[Any, Any, Any]) -> None:
        """Starts something Slack does by itself."""
        running = asyncio.get_running_loop().create_task(work)
        self._background.add(running)
        running.add_done_callback(self._background.discard)

    async def deliver(self, parcel: Parcel, attempt: int = 0, reason: str = "") -> Answer:
        """One try to hand a parcel to the app."""
        road = self.http if self.request_url else self.socket
        answer = await road.deliver(parcel, attempt, reason)
        self.sent.append(Sent(parcel, attempt, answer))
        return answer

    async def send_event(self, event: Json) -> list[Answer]:
        """Sends an event, and again until it is answered 200, as often as Slack does."""
        scope = SUBSCRIBED[event["type"]]
        if scope is not None and scope not in self.workspace.scopes:
            return []
        parcel = Parcel(ParcelKind.EVENT, self._wrapped(event))
        answers = [await self.deliver(parcel)]
        for attempt, pause in enumerate(self.event_pauses, start=1):
            if answers[-1].ok:
                break
            await asyncio.sleep(pause)
            reason = "http_timeout" if answers[-1].status is None else "http_error"
            answers.append(await self.deliver(parcel, attempt, reason))
        return answers

    async def revoke_tokens(self) -> None:
        """The bot's token stops working, and the app is told."""
        self.workspace.end_tokens("token_revoked")
        tokens = {"oauth": [], "bot": [self.workspace.bot_user_id]}
        await self.send_event({"type": "tokens_revoked", "tokens": tokens})

    async def uninstall(self) -> None:
        """The app is removed from the workspace; both events come."""
        await self.revoke_tokens()
        self.workspace.end_tokens("account_inactive")
        await self.send_event({"type": "app_uninstalled"})

    def post_as_bot(self, message: Message) -> None:
        """Puts the bot's message into its channel, and tells the app of it where Slack does."""
        self.workspace.post(message)
        self.tell_of_own(message, "")

    def tell_of_own(self, message: Message, subtype: str, before: Json | None = None) -> None:
        """In direct messages the bot hears itself too: what it posts, changes and deletes."""
        channel = self.workspace.channels[message.channel]
        reachable = self.request_url or self.socket.connections
        if reachable and channel.kind == "im" and message.only_for is None:
            self.in_background(self.send_event(self.message_event(message, subtype, before)))

    def message_event(self, message: Message, subtype: str, before: Json | None = None) -> Json:
        """A `message` event in a direct message; `before` is the message as it was."""
        shown = message.payload(self.workspace.team_id)
        event: Json = {"channel": message.channel, "channel_type": "im"}
        if not subtype:
            return shown | event | {"event_ts": message.ts}
        now = self.workspace.new_ts()
        event |= {"type": "message", "subtype": subtype, "hidden": True, "ts": now}
        event |= {"event_ts": now, "previous_message": before or shown}
        if subtype == "message_deleted":
            return event | {"deleted_ts": message.ts}
        return event | {"message": shown}

    def home_of(self, user: str) -> View | None:
        """The person's Home tab, once published."""
        views = self.workspace.views.values()
        return next((v for v in views if v.type == "home" and v.user == user), None)

    def _wrapped(self, event: Json) -> Json:
        workspace = self.workspace
        is_org_wide = workspace.is_org_wide
        team_id = None if is_org_wide else workspace.team_id
        installation = {"team_id": team_id, "user_id": workspace.bot_user_id}
        flags = {"enterprise_id": workspace.enterprise_id, "is_bot": True}
        flags |= {"is_enterprise_install": is_org_wide}
        organisation = {"enterprise_id": workspace.enterprise_id} if is_org_wide else {}
        return {
            "token": "",
            "team_id": workspace.team_id,
            **organisation,
            "api_app_id": workspace.app_id,
            "type": "event_callback",
            "event_id": workspace.new_id("Ev"),
            "event_time": int(workspace.clock()),
            "event_context": workspace.new_id("EC"),
            "is_ext_shared_channel": False,
            "authorizations": [installation | flags],
            "event": event,
        }
