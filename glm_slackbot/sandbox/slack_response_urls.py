"""hooks.slack.com: response URLs, good for five uses in thirty minutes."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aiohttp import web

from glm_slackbot.sandbox.slack_blocks import MESSAGE_BLOCKS, check_blocks
from glm_slackbot.sandbox.slack_call import Call
from glm_slackbot.sandbox.slack_errors import Json, SlackError
from glm_slackbot.sandbox.slack_message import Message
from glm_slackbot.sandbox.slack_state import ApiCall

if TYPE_CHECKING:
    from glm_slackbot.sandbox.slack_core import SlackCore

MOST_USES = 5
SECONDS_VALID = 30 * 60
_GONE = {"expired_url", "used_url", "message_not_found"}


@dataclass
class _Issued:
    """`pressed` is the message whose button made the URL; a command's has none."""

    user: str
    channel: str
    pressed: Message | None
    until: float
    uses: int = 0


class ResponseURLs:
    """Issues response URLs and does what is sent to them."""

    def __init__(self, stand_in: SlackCore) -> None:
        self._stand_in = stand_in
        self._issued: dict[str, _Issued] = {}

    def issue(self, user: str, channel: str, pressed: Message | None = None) -> str:
        """A URL for a command (`pressed` None) or a button's press."""
        workspace = self._stand_in.workspace
        kind = "commands" if pressed is None else "actions"
        path = f"/{kind}/{workspace.team_id}/{secrets.randbelow(10**12)}/{secrets.token_hex(12)}"
        until = workspace.clock() + SECONDS_VALID
        self._issued[path] = _Issued(user, channel, pressed, until)
        return f"https://hooks.slack.com{path}"

    async def receive(self, request: web.Request) -> web.Response:
        """POST to a response URL; noted among the calls as `response_url`."""
        body: Json = {}
        try:
            issued = self._usable(request.path)
            body = _object(await request.text())
            self.show(body, issued.user, issued.channel, issued.pressed)
            issued.uses += 1
        except SlackError as refusal:
            status = 404 if refusal.error in _GONE else 400
            self._note(request.path, body, status, refusal.answer())
            return web.json_response(refusal.answer(), status=status)
        self._note(request.path, body, 200, {"ok": True})
        return web.Response(text="ok")

    def _note(self, path: str, body: Json, status: int, answer: Json) -> None:
        workspace = self._stand_in.workspace
        args = body | {"path": path}
        call = ApiCall("response_url", args, "", status, answer, workspace.clock())
        workspace.api_calls.append(call)

    def show(self, body: Json, user: str, channel: str, pressed: Message | None) -> Message | None:
        """Puts an answer where Slack would: over the pressed message, or as a new one."""
        if pressed is not None and body.get("delete_original"):
            self._original(pressed).deleted = True
            return None
        message = self._written(body, user, channel)
        if pressed is not None and body.get("replace_original"):
            original = self._original(pressed)
            original.text, original.blocks = message.text, message.blocks
            return original
        return self._stand_in.workspace.post(message)

    def _usable(self, path: str) -> _Issued:
        issued = self._issued.get(path)
        if issued is None or self._stand_in.workspace.clock() > issued.until:
            raise SlackError("expired_url")
        if issued.uses >= MOST_USES:
            raise SlackError("used_url")
        return issued

    def _original(self, pressed: Message) -> Message:
        if pressed.deleted:
            raise SlackError("message_not_found")
        return pressed

    def _written(self, body: Json, user: str, channel: str) -> Message:
        if not body.get("text") and not body.get("blocks"):
            raise SlackError("no_text")
        response_type = body.get("response_type", "ephemeral")
        if response_type not in {"ephemeral", "in_channel"}:
            raise SlackError("invalid_response_type")
        workspace = self._stand_in.workspace
        call = Call(self._stand_in, "response_url", body)
        return Message(
            channel=channel,
            ts=workspace.new_ts(),
            user=workspace.bot_user_id,
            bot_id=workspace.bot_id,
            text=call.text("text"),
            blocks=check_blocks(body.get("blocks") or [], MESSAGE_BLOCKS, call.shows_file),
            thread_ts=body.get("thread_ts"),
            only_for=user if response_type == "ephemeral" else None,
        )


def _object(text: str) -> Json:
    try:
        body = json.loads(text)
    except ValueError:
        raise SlackError("invalid_payload") from None
    if not isinstance(body, dict):
        raise SlackError("invalid_payload")
    return body
