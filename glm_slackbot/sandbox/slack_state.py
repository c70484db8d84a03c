"""The stand-in workspace: its people, channels, messages, files and views, and its clock."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Literal

from glm_slackbot.sandbox.slack_errors import Json
from glm_slackbot.sandbox.slack_file import SlackFile
from glm_slackbot.sandbox.slack_message import Message
from glm_slackbot.sandbox.slack_people import Person
from glm_slackbot.sandbox.slack_view import View

Kind = Literal["public", "private", "im", "mpim"]
SLACKBOT = "USLACKBOT"


@dataclass(eq=False)
class Channel:
    """A place with members; `history` keeps deleted messages and ephemerals too."""

    id: str
    name: str
    kind: Kind
    members: set[str]
    archived: bool = False
    history: list[Message] = field(default_factory=list)

    @property
    def messages(self) -> list[Message]:
        """What is still there for everybody, oldest first."""
        return [m for m in self.history if not m.deleted and m.only_for is None]

    def thread(self, ts: str) -> list[Message]:
        """The message with this ts and its answers; empty where there is none."""
        return [m for m in self.messages if ts in {m.ts, m.thread_ts}]


@dataclass(frozen=True)
class ApiCall:
    """One Web API call as it arrived, and how it was answered."""

    method: str
    args: Json
    token: str
    status: int
    answer: Json
    #: the stand-in's clock, in seconds
    at: float = 0.0

    @property
    def ok(self) -> bool:
        return self.answer.get("ok") is True

    @property
    def error(self) -> str | None:
        return self.answer.get("error")


@dataclass
class SlackWorkspace:
    """Everything the stand-in knows; times are seconds of `clock`."""

    team_id: str
    bot_user_id: str
    bot_token: str
    app_token: str
    scopes: frozenset[str]
    clock: Callable[[], float]
    bot_id: str = "BSANDBOX"
    app_id: str = "ASANDBOX"
    name: str = "Sandbox"
    enterprise_id: str | None = None
    #: whether the app is installed for the whole organisation
    is_org_wide: bool = False
    users: dict[str, Person] = field(default_factory=dict)
    channels: dict[str, Channel] = field(default_factory=dict)
    files: dict[str, SlackFile] = field(default_factory=dict)
    views: dict[str, View] = field(default_factory=dict)
    api_calls: list[ApiCall] = field(default_factory=list)
    #: a token that stopped working -> the error Slack gives for it
    dead_tokens: dict[str, str] = field(default_factory=dict)
    #: the bot's tokens that expire -> when
    token_ends: dict[str, float] = field(default_factory=dict)
    _last_stamp: int = 0

    def new_ts(self) -> str:
        """A message timestamp, later than every one before."""
        self._last_stamp = max(int(self.clock() * 1_000_000), self._last_stamp + 1)
        return f"{self._last_stamp // 1_000_000}.{self._last_stamp % 1_000_000:06d}"

    def new_id(self, prefix: str) -> str:
        """An identifier as Slack's look: a letter, then capitals and digits."""
        return prefix + secrets.token_hex(5).upper()

    def as_team(self) -> Json:
        """As interactions name it."""
        named: Json = {"id": self.team_id, "domain": self.name.lower()}
        if self.enterprise_id is None:
            return named
        return named | {"enterprise_id": self.enterprise_id, "enterprise_name": "Sandbox Org"}

    def as_enterprise(self) -> Json | None:
        """The organisation, if it belongs to one."""
        if self.enterprise_id is None:
            return None
        return {"id": self.enterprise_id, "name": "Sandbox Org"}

    def bot_tokens(self) -> set[str]:
        """The bot's tokens of now; with rotation there are two for a while."""
        return {*self.token_ends, self.bot_token} - {""}

    def token_fault(self, token: str) -> str | None:
        """Why Slack does not take one of the bot's tokens."""
        if token in self.dead_tokens:
            return self.dead_tokens[token]
        end = self.token_ends.get(token)
        return "token_expired" if end is not None and self.clock() >= end else None

    def end_tokens(self, error: str) -> None:
        """None of them works from now on."""
        self.dead_tokens |= dict.fromkeys(self.bot_tokens(), error)

    def post(self, message: Message) -> Message:
        """Puts a message in its channel."""
        self.channels[message.channel].history.append(message)
        return message

    def find_message(self, channel: str, ts: str) -> Message | None:
        """A message everybody in the channel can see."""
        place = self.channels.get(channel)
        return next((m for m in place.messages if m.ts == ts), None) if place else None

    def direct_messages(self, users: Iterable[str]) -> Channel:
        """The conversation of exactly these people (the bot's with one person, mostly)."""
        members = set(users)
        for channel in self.channels.values():
            if channel.kind in {"im", "mpim"} and channel.members == members:
                return channel
        kind: Kind = "im" if len(members) <= 2 else "mpim"
        opened = Channel(self.new_id("D" if kind == "im" else "G"), "", kind, members)
        self.channels[opened.id] = opened
        return opened

    def bot_dm(self, user: str) -> Channel:
        """The person's direct message with the bot."""
        return self.direct_messages({user, self.bot_user_id})

    def visible_to(self, user: str) -> dict[str, list[Message]]:
        """What a person sees, by channel id and in order; their ephemerals are among it."""
        seen = {c.id: self._seen_in(c, user) for c in self.channels.values()}
        return {channel: messages for channel, messages in seen.items() if messages}

    def _seen_in(self, channel: Channel, user: str) -> list[Message]:
        member = user in channel.members
        return [m for m in channel.history if self._sees(m, channel, user, member=member)]

    def _sees(self, message: Message, channel: Channel, user: str, *, member: bool) -> bool:
        if message.deleted or message.is_empty:
            return False
        if message.only_for is None:
            return member
        # Slack shows an ephemeral in a thread only once the thread has an answer.
        active = message.thread_ts is None or len(channel.thread(message.thread_ts)) > 1
        return message.only_for == user and active
