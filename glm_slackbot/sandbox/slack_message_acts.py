"""What people do with words: commands, mentions, direct messages, edits and deletions."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from glm_slackbot.sandbox.slack_core import SlackCore
from glm_slackbot.sandbox.slack_errors import Json, SlackError, UsageError
from glm_slackbot.sandbox.slack_file import FileStage, SlackFile
from glm_slackbot.sandbox.slack_markup import escape_typed
from glm_slackbot.sandbox.slack_message import Message
from glm_slackbot.sandbox.slack_parcel import Answer, Parcel, ParcelKind
from glm_slackbot.sandbox.slack_state import SLACKBOT, Channel

_NAME = re.compile(r"(?<![\w@<])[@#][a-z](?:[\w.-]*\w)?", re.ASCII | re.IGNORECASE)
_BOT_NAMES = ("@bot", "@glm-image")


class MessageActs(SlackCore):
    """Each act returns what Slack, or the person, saw of it."""

    async def command(
        self, text: str, *, user: str, channel: str, command: str = "/imagine"
    ) -> Answer:
        """A slash command; an answer in the body, or Slack's own error, is shown to the person."""
        place = self.workspace.channels[channel]
        if user not in place.members:
            raise UsageError(f"{user} is not in {channel}")
        payload = self._command_payload(text, user, place, command)
        answer = await self.deliver(Parcel(ParcelKind.COMMAND, payload))
        return self._shown_to(user, place, command, answer)

    async def mention(
        self,
        text: str,
        *,
        user: str,
        channel: str,
        thread_ts: str | None = None,
        files: Sequence[str] = (),
    ) -> Message:
        """A message in a channel; `@bot` in it reaches the bot where it is a member."""
        message = self.say(text, user=user, channel=channel, thread_ts=thread_ts, files=files)
        await self._tell_of_mention(message)
        return message

    async def direct_message(
        self,
        text: str,
        *,
        user: str,
        thread_ts: str | None = None,
        files: Sequence[str] = (),
    ) -> Message:
        """A message in the person's conversation with the bot."""
        channel = self.workspace.bot_dm(user).id
        message = self.say(text, user=user, channel=channel, thread_ts=thread_ts, files=files)
        await self.send_event(self.message_event(message, ""))
        return message

    def say(
        self,
        text: str,
        *,
        user: str,
        channel: str,
        thread_ts: str | None = None,
        files: Sequence[str] = (),
    ) -> Message:
        """A person's message that no event tells of; `files` are names."""
        place = self.workspace.channels[channel]
        if user not in place.members:
            raise UsageError(f"{user} is not in {channel}")
        person = self.workspace.users[user]
        message = Message(
            channel=channel,
            ts=self.workspace.new_ts(),
            user=user,
            bot_id=f"B{user}" if person.is_bot else None,
            text=self._typed(text),
            files=[self._attached(name, user) for name in files],
            thread_ts=thread_ts,
        )
        return self.workspace.post(message)

    async def edit(self, message: Message, text: str) -> None:
        """A person changes their message: a mention is told again, a direct message as changed."""
        before = message.payload(self.workspace.team_id)
        message.text, message.edited = self._typed(text), True
        if self.workspace.channels[message.channel].kind == "im":
            await self.send_event(self.message_event(message, "message_changed", before))
        else:
            await self._tell_of_mention(message)

    async def delete(self, message: Message) -> None:
        """A person deletes their message."""
        message.deleted = True
        channel = self.workspace.channels[message.channel]
        if channel.kind == "im" and self.workspace.bot_user_id in channel.members:
            await self.send_event(self.message_event(message, "message_deleted"))

    async def _tell_of_mention(self, message: Message) -> None:
        bot, channel = self.workspace.bot_user_id, self.workspace.channels[message.channel]
        if f"<@{bot}>" not in message.text or bot not in channel.members:
            return
        shown = message.payload(self.workspace.team_id)
        shown |= {"type": "app_mention", "channel": channel.id, "event_ts": message.ts}
        await self.send_event(shown)

    def _typed(self, text: str) -> str:
        """Names become mentions as Slack's composer makes them."""
        people = {f"@{p.name.lower()}": f"<@{p.id}>" for p in self.workspace.users.values()}
        people |= dict.fromkeys(_BOT_NAMES, f"<@{self.workspace.bot_user_id}>")
        places = {f"#{c.name}": f"<#{c.id}|>" for c in self.workspace.channels.values() if c.name}

        def mentioned(name: re.Match[str]) -> str:
            return (people | places).get(name.group().lower(), name.group())

        return _NAME.sub(mentioned, escape_typed(text, in_message=True))

    def _attached(self, name: str, user: str) -> SlackFile:
        workspace = self.workspace
        now, team = int(workspace.clock()), workspace.team_id
        file = SlackFile(workspace.new_id("F"), name, user, 1, now, team, stage=FileStage.READY)
        workspace.files[file.id] = file
        return file

    def _command_payload(self, text: str, user: str, place: Channel, command: str) -> Json:
        names = {"im": "directmessage", "mpim": "mpdm-sandbox-1", "private": "privategroup"}
        return {
            "token": "",
            "team_id": self.workspace.team_id,
            "team_domain": self.workspace.name.lower(),
            **self._enterprise_fields(),
            "channel_id": place.id,
            "channel_name": names.get(place.kind, place.name),
            "user_id": user,
            "user_name": self.workspace.users[user].name,
            "command": command,
            "text": escape_typed(text.strip()),
            "api_app_id": self.workspace.app_id,
            "is_enterprise_install": str(self.workspace.is_org_wide).lower(),
            "response_url": self.response_urls.issue(user, place.id),
            "trigger_id": self.triggers.issue(user),
        }

    def _enterprise_fields(self) -> Json:
        enterprise = self.workspace.as_enterprise()
        if enterprise is None:
            return {}
        return {"enterprise_id": enterprise["id"], "enterprise_name": enterprise["name"]}

    def _shown_to(self, user: str, place: Channel, command: str, answer: Answer) -> Answer:
        error, shown = answer.error or _status_error(answer), None
        if not error and answer.body:
            body = answer.json if isinstance(answer.json, dict) else {"text": answer.body}
            try:
                shown = self.response_urls.show(body, user, place.id, None)
            except SlackError:
                error = "invalid_command_response"
        if error:
            shown = self._slackbot_says(f'{command} failed with the error "{error}"', user, place)
        return replace(answer, error=error, shown=shown)

    def _slackbot_says(self, text: str, user: str, place: Channel) -> Message:
        ts = self.workspace.new_ts()
        return self.workspace.post(Message(place.id, ts, SLACKBOT, text, only_for=user))


def _status_error(answer: Answer) -> str:
    if answer.ok or answer.status is None:
        return ""
    return "http_client_error" if answer.status < 500 else "http_service_error"
