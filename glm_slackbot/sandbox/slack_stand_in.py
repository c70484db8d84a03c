"""SlackStandIn: one workspace, its people, and everything an app can ask of Slack there."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from glm_slackbot.sandbox.slack_message import Message
from glm_slackbot.sandbox.slack_message_acts import MessageActs
from glm_slackbot.sandbox.slack_parcel import Answer, sign
from glm_slackbot.sandbox.slack_people import Person, default_people
from glm_slackbot.sandbox.slack_press_acts import PressActs
from glm_slackbot.sandbox.slack_rules import MANIFEST_SCOPES
from glm_slackbot.sandbox.slack_state import ApiCall, Channel, SlackWorkspace


class SlackStandIn(MessageActs, PressActs):
    """A small world to start with.

    People: U1 dana, U2 ada (admin), U3 lin (reads Chinese), U4 gil (guest). Channels: C1 #design
    and G1 #atelier (private) with the bot, C2 #random without it.
    """

    def __init__(
        self,
        *,
        signing_secret: str = "sandbox-signing-secret",
        bot_token: str = "xoxb-sandbox",
        app_token: str = "xapp-sandbox",
        team_id: str = "T0SANDBOX",
        name: str = "Sandbox",
        enterprise_id: str | None = None,
        bot_user_id: str = "UBOT",
        scopes: Iterable[str] = MANIFEST_SCOPES,
        clock: Callable[[], float] = time.time,
        keep_bytes: bool = True,
    ) -> None:
        workspace = SlackWorkspace(
            team_id, bot_user_id, bot_token, app_token, frozenset(scopes), clock
        )
        workspace.name, workspace.enterprise_id = name, enterprise_id
        super().__init__(workspace, signing_secret, keep_bytes=keep_bytes)
        workspace.users[bot_user_id] = Person(bot_user_id, "glm-image", is_bot=True)
        for person in default_people():
            workspace.users[person.id] = person
        everybody = [person.id for person in default_people()]
        self.add_channel("C1", "design", members=everybody)
        self.add_channel("C2", "random", members=everybody, bot_is_member=False)
        self.add_channel("G1", "atelier", private=True, members=everybody)

    # ---- the world

    def add_user(self, id: str, name: str, **traits: Any) -> Person:
        """A person; `traits` are `Person`'s fields: locale, is_admin, is_restricted, tz …"""
        person = Person(id, name, **traits)
        self.workspace.users[id] = person
        return person

    def add_channel(
        self,
        id: str,
        name: str,
        *,
        private: bool = False,
        members: Iterable[str] = (),
        archived: bool = False,
        bot_is_member: bool = True,
    ) -> Channel:
        """A channel with these people, and the bot unless told otherwise."""
        channel = Channel(id, name, "private" if private else "public", set(members), archived)
        return self._add(channel, bot_is_member)

    def add_direct_message(self, id: str, members: Iterable[str]) -> Channel:
        """A conversation between two other people; the bot's own ones open by themselves."""
        return self._add(Channel(id, "", "im", set(members)), bot_is_member=False)

    def add_group_message(
        self, id: str, members: Iterable[str], *, bot_is_member: bool = False
    ) -> Channel:
        """A conversation between several people."""
        channel = Channel(id, "mpdm-sandbox", "mpim", set(members))
        return self._add(channel, bot_is_member)

    def invite_bot(self, channel: str) -> None:
        """`/invite @bot`."""
        self.workspace.channels[channel].members.add(self.workspace.bot_user_id)

    def remove_bot(self, channel: str) -> None:
        """`/remove @bot`."""
        self.workspace.channels[channel].members.discard(self.workspace.bot_user_id)

    # ---- requests by hand

    async def post(self, body: bytes, headers: Mapping[str, str]) -> Answer:
        """Any request to the app, as a forger would send it."""
        return await self.http.post(body, headers)

    def sign(self, body: bytes, timestamp: int | str) -> str:
        """The signature of a body at a time, with the app's real secret."""
        return sign(self.http.signing_secret, body, timestamp)

    async def replay(self) -> Answer:
        """The last HTTP request again, or over Socket Mode the last envelope's payload."""
        if self.request_url or not self.sent:
            return await self.http.replay()
        return await self.deliver(self.sent[-1].parcel)

    # ---- what can be seen

    def visible_to(self, user: str) -> dict[str, list[Message]]:
        """What a person sees, by channel id and in order, their ephemerals among it."""
        return self.workspace.visible_to(user)

    def messages(self, channel: str) -> list[Message]:
        """What everybody in a channel sees."""
        return self.workspace.channels[channel].messages

    def direct_messages_of(self, user: str) -> list[Message]:
        """What stands in the person's conversation with the bot, ephemerals among it."""
        return self.visible_to(user).get(self.workspace.bot_dm(user).id, [])

    def ephemerals(self, user: str) -> list[Message]:
        """The ephemerals a person sees now, in all channels, oldest first."""
        shown = [m for messages in self.visible_to(user).values() for m in messages]
        return sorted((m for m in shown if m.only_for == user), key=lambda m: m.ts)

    def everything_sent(self) -> list[Message]:
        """Every message of the app's, ephemeral and deleted ones too."""
        bot = self.workspace.bot_id
        places = self.workspace.channels.values()
        return [m for place in places for m in place.history if m.bot_id == bot]

    def calls(self, method: str) -> list[ApiCall]:
        """The calls of one Web API method."""
        return [call for call in self.workspace.api_calls if call.method == method]

    def _add(self, channel: Channel, bot_is_member: bool) -> Channel:
        self.workspace.channels[channel.id] = channel
        if bot_is_member:
            channel.members.add(self.workspace.bot_user_id)
        return channel
