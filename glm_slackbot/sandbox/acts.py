"""What a person of the sandbox does in Slack, and the words shown where they cannot."""

from __future__ import annotations

from urllib.parse import urlsplit

from glm_slackbot.sandbox.at_rest import until_called
from glm_slackbot.sandbox.slack_message import Message, find_element
from glm_slackbot.sandbox.slack_stand_in import SlackStandIn
from glm_slackbot.sandbox.transcript import Transcript
from glm_slackbot.texts import LOCALES, template, text_ids

ANSWER_SECONDS = 10.0
"""For what follows Slack's answer without a row of its own: a press, the Home tab."""
_START_CHANNEL = "C1"
_START_USER = "U1"


class CannotDo(Exception):
    """A line that no person could act out; the words say what would work."""


class Person:
    """Who types now, and where; each act ends when Slack has had its answer."""

    def __init__(self, slack: SlackStandIn, transcript: Transcript) -> None:
        self._slack = slack
        self._transcript = transcript
        self.user = _START_USER
        self.channel = _START_CHANNEL

    @property
    def name(self) -> str:
        """The name of whoever types now."""
        return self._slack.workspace.users[self.user].name

    @property
    def place(self) -> str:
        """Where they type."""
        channel = self._slack.workspace.channels[self.channel]
        return f"#{channel.name}" if channel.name else "dm"

    async def command(self, words: str) -> None:
        """/imagine, where they are."""
        self._transcript.show_typed(self.user, self.channel, f"/imagine {words}".rstrip())
        await self._slack.command(words, user=self.user, channel=self.channel)

    async def mention(self, words: str, thread_ts: str | None = None) -> None:
        """A message where they are; with the bot it is a direct message."""
        act = self._slack.direct_message if self._is_direct else self._slack.mention
        place = {} if self._is_direct else {"channel": self.channel}
        await act(words, user=self.user, thread_ts=thread_ts, **place)
        workspace = self._slack.workspace
        if workspace.bot_user_id not in workspace.channels[self.channel].members:
            self._transcript.show_news()
            self._transcript.note(
                f"GLM-Image is not in {self.place}, so Slack does not tell it. "
                "“/invite @bot” lets it in."
            )

    async def answer_in_thread(self, words: str) -> None:
        """A message in the thread of the newest message there."""
        there = self._slack.messages(self.channel)
        if not there:
            raise CannotDo(f"nothing is posted in {self.place} yet, so there is no thread")
        await self.mention(words, there[-1].thread_ts or there[-1].ts)

    async def direct(self, words: str) -> None:
        """A direct message to the bot."""
        await self._slack.direct_message(words, user=self.user)

    async def press(self, label: str) -> None:
        """The button of this label on the newest message that has it, confirmed if asked."""
        message, exact = self._button(label)
        _, element = find_element(message.blocks, exact)
        shown = f"{self.name} presses [{exact}]."
        if confirm := element.get("confirm"):
            question = f"{confirm['title']['text']} {confirm['text']['text']}"
            buttons = f"[{confirm['deny']['text']}] [{confirm['confirm']['text']}]"
            pressed = confirm["confirm"]["text"]
            shown += f" Slack asks: “{question}” {buttons} {self.name} presses [{pressed}]."
        self._transcript.note(shown)
        await self._slack.press(message, exact, user=self.user)
        path = urlsplit(self._slack.sent[-1].parcel.payload["response_url"]).path
        if not await until_called(self._slack, "response_url", ANSWER_SECONDS, path):
            self._transcript.note(f"The bot has not answered in {ANSWER_SECONDS:.0f} s.")

    async def open_home(self) -> None:
        """The bot's Home tab."""
        before = len(self._slack.calls("views.publish"))
        await self._slack.open_home(self.user)
        await until_called(self._slack, "views.publish", ANSWER_SECONDS, past=before)
        if view := self._slack.home_of(self.user):
            self._transcript.show_home(view)

    def become(self, name: str) -> None:
        """Another person goes on, in #design."""
        people = {p.name: p.id for p in self._slack.workspace.users.values() if not p.is_bot}
        if name.lower() not in people:
            raise CannotDo(f"there is no “{name}” here, only {', '.join(people)}")
        self.user = people[name.lower()]
        if self._is_direct:
            self.channel = _START_CHANNEL

    def go_to(self, place: str) -> None:
        """Another channel, or the direct messages with the bot."""
        workspace, name = self._slack.workspace, place.lstrip("#").lower()
        if name == "dm":
            self.channel = workspace.bot_dm(self.user).id
            return
        channels = {c.name: c.id for c in workspace.channels.values() if c.name}
        if name not in channels:
            raise CannotDo(f"there is no “{place}” here, only #{', #'.join(channels)} and dm")
        self.channel = channels[name]

    def invite_bot(self) -> None:
        """/invite @bot, where they are."""
        self._slack.invite_bot(self.channel)
        self._transcript.note(f"{self.name} invites GLM-Image to {self.place}.")

    @property
    def _is_direct(self) -> bool:
        return self._slack.workspace.channels[self.channel].kind == "im"

    def _button(self, label: str) -> tuple[Message, str]:
        labels: list[str] = []
        wanted = _in_every_language(label.strip("[]"))
        for message in self._buttons_newest_first():
            for exact in message.labels:
                if exact.casefold() in wanted:
                    return message, exact
                labels.append(exact)
        there = ", ".join(f"[{label}]" for label in dict.fromkeys(labels)) or "no button at all"
        raise CannotDo(f"{self.name} sees no button [{label.strip('[]')}], but {there}")

    def _buttons_newest_first(self) -> list[Message]:
        seen = [m for ms in self._slack.visible_to(self.user).values() for m in ms]
        return sorted(seen, key=lambda m: (len(m.ts), m.ts), reverse=True)


def _in_every_language(label: str) -> set[str]:
    """A button's name, and what it is called for those who read it in another language."""
    named = {label.casefold()}
    for text_id in text_ids(LOCALES[0]):
        if text_id.startswith("action."):
            names = {template(text_id, locale).casefold() for locale in LOCALES}
            named |= names if label.casefold() in names else set()
    return named
