"""A message of the stand-in workspace: a person's, a bot's, or an ephemeral for one reader."""

from __future__ import annotations

from dataclasses import dataclass, field

from glm_slackbot.sandbox import slack_markup
from glm_slackbot.sandbox.slack_errors import Json, UsageError
from glm_slackbot.sandbox.slack_file import FileStage, SlackFile

_PRESSED = {"button", "overflow", "static_select", "checkboxes", "radio_buttons"}


@dataclass(eq=False)
class Message:
    """`only_for` names the one reader of an ephemeral; `ts` tells all messages apart."""

    channel: str
    ts: str
    user: str
    text: str = ""
    blocks: list[Json] = field(default_factory=list)
    files: list[SlackFile] = field(default_factory=list)
    thread_ts: str | None = None
    bot_id: str | None = None
    only_for: str | None = None
    edited: bool = False
    deleted: bool = False
    names_ping: bool = False

    @property
    def pings(self) -> list[str]:
        """Whom it would notify; a bot that passes people's words on must leave this empty."""
        return slack_markup.pings(self.text, self.blocks, by_name=self.names_ping)

    @property
    def links(self) -> list[tuple[str, str]]:
        """The links it makes: (address, words shown)."""
        return slack_markup.links(self.text, self.blocks)

    @property
    def words(self) -> str:
        """What a person reads: the blocks, or the text where there are none."""
        return slack_markup.words_of(self.blocks) or slack_markup.as_read(self.text)

    @property
    def labels(self) -> list[str]:
        """The words on its buttons, in order."""
        elements = interactive_elements(self.blocks)
        return [label for element in elements if (label := label_of(element))]

    def payload(self, team_id: str) -> Json:
        """The message as events, presses and `conversations.replies` carry it."""
        shown: Json = {
            "type": "message",
            "user": self.user,
            "text": self.text,
            "ts": self.ts,
            "team": team_id,
            "blocks": self.blocks,
        }
        if self.bot_id:
            shown |= {"bot_id": self.bot_id, "bot_profile": {"id": self.bot_id, "deleted": False}}
        if self.files:
            shown |= {"subtype": "file_share", "files": [file.answer() for file in self.files]}
        if self.thread_ts:
            shown["thread_ts"] = self.thread_ts
        if self.edited:
            shown["edited"] = {"user": self.user, "ts": self.ts}
        return shown

    @property
    def is_empty(self) -> bool:
        """Nothing is left to see: its files are deleted and it has no words."""
        gone = all(file.stage is FileStage.DELETED for file in self.files)
        return bool(self.files) and gone and not self.text and not self.blocks


def find_element(blocks: list[Json], wanted: str) -> tuple[Json, Json]:
    """The block and the element that carry this label or action_id."""
    for block in blocks:
        for element in interactive_elements([block]):
            if wanted in {element.get("action_id"), label_of(element)}:
                return block, element
    labels = [label_of(e) or e.get("action_id") for e in interactive_elements(blocks)]
    raise UsageError(f"there is no {wanted!r} to press, only {labels}")


def interactive_elements(blocks: list[Json]) -> list[Json]:
    """What can be pressed or filled in, in the order shown."""
    found = []
    for block in blocks:
        inside = [*block.get("elements", []), block.get("accessory"), block.get("element")]
        found += [e for e in inside if isinstance(e, dict) and "action_id" in e]
    return found


def label_of(element: Json) -> str:
    """The words on a button; other elements have none."""
    if element.get("type") not in _PRESSED:
        return ""
    return str(element.get("text", {}).get("text", ""))
