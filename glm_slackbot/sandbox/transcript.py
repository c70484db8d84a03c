"""A readable transcript: what people in the stand-in Slack see, from what the bot really sent."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

from PIL import Image
from rich.console import Console
from rich.text import Text

from glm_slackbot.sandbox.slack_file import FileStage, SlackFile
from glm_slackbot.sandbox.slack_message import Message
from glm_slackbot.sandbox.slack_state import SlackWorkspace
from glm_slackbot.sandbox.slack_view import View
from glm_slackbot.sandbox.transcript_blocks import QUOTE_BAR, SMALL, block_lines
from glm_slackbot.sandbox.transcript_markup import name_of, read_mrkdwn
from glm_slackbot.sandbox.transcript_news import Change, News, Watch
from glm_slackbot.sandbox.transcript_wrap import wrapped

MOST_COLUMNS = 100
_BAR = "│ "
_SHORT = 60


class Transcript:
    """Prints to ``console`` and saves images to ``folder``, each once."""

    def __init__(self, workspace: SlackWorkspace, console: Console, folder: Path) -> None:
        self._workspace = workspace
        self._console = console
        self._folder = folder
        self._watch = Watch(workspace)
        self.images: list[Path] = []
        """The saved images, the newest last."""

    def show_news(self) -> None:
        """Print whatever people see now and did not see before."""
        for news in self._watch.look():
            self._show(news)

    def show_typed(self, user: str, channel: str, words: str) -> None:
        """A slash command: typed, and never posted."""
        where = [self._place(channel), "typed, not posted"]
        self._block(self._head(user, where), [Text(line) for line in words.split("\n")])

    def show_home(self, view: View) -> None:
        """A person's Home tab."""
        where = [f"Home tab of {name_of(view.user, self._workspace)}"]
        lines = block_lines(view.blocks, self._workspace)
        self._block(self._head(self._workspace.bot_user_id, where), lines)

    def note(self, words: str) -> None:
        """A line of the sandbox's own."""
        self._console.print()
        self._lines([Text(words, style=SMALL)], "")

    def _show(self, news: News) -> None:
        message = news.message
        if news.change is Change.GONE:
            who, start = name_of(message.user, self._workspace), self._start(message)
            self.note(f"{who} removed the message “{start}” from {self._place(message.channel)}.")
            return
        where = [self._place(message.channel)]
        where += ["in a thread"] if message.thread_ts else []
        where += self._readers(message)
        where += ["changed to"] if news.change is Change.CHANGED else []
        self._block(self._head(message.user, where), self._body(message))
        if news.change is Change.NEW:
            self._save(message)

    def _readers(self, message: Message) -> list[str]:
        """Who sees it, where that is not everybody."""
        if message.only_for is None:
            return []
        reader = name_of(message.only_for, self._workspace)
        seen = self._workspace.visible_to(message.only_for).get(message.channel, [])
        if message in seen or message.deleted:
            return [f"only visible to {reader}"]
        return [f"for {reader}, hidden while the thread has no answer"]

    def _body(self, message: Message) -> list[Text]:
        files = [self._file(file) for file in message.files]
        if message.blocks:
            return files + block_lines(message.blocks, self._workspace)
        words = read_mrkdwn(message.text, self._workspace)
        return files + (list(words.split("\n", allow_blank=True)) if message.text else [])

    def _file(self, file: SlackFile) -> Text:
        facts = [file.name, *_pixels(file), *([_kilobytes(file.size)] if file.size else [])]
        line = Text(f"▣ {', '.join(facts)}", style="green")
        return line.append(f", title “{file.title}”" if file.title else "")

    def _save(self, message: Message) -> None:
        for file in message.files:
            if file.content is None or file.stage is FileStage.DELETED:
                continue
            self._folder.mkdir(parents=True, exist_ok=True)
            path = self._folder / file.name
            path.write_bytes(file.content)
            self.images.append(path)
            # A path is there to be copied, so it is never wrapped.
            self._console.print(Text(f"saved {path}", style="bold"), soft_wrap=True)

    def _start(self, message: Message) -> str:
        lines = block_lines(message.blocks, self._workspace) or [
            read_mrkdwn(message.text, self._workspace)
        ]
        words = " ".join(lines[0].plain.removeprefix(QUOTE_BAR).split())
        return words if len(words) <= _SHORT else f"{words[: _SHORT - 1].rstrip()}…"

    def _place(self, channel_id: str) -> str:
        channel = self._workspace.channels[channel_id]
        if channel.kind in {"public", "private"}:
            return f"#{channel.name}"
        people = sorted(channel.members - {self._workspace.bot_user_id})
        names = " and ".join(name_of(user, self._workspace) for user in people)
        return f"direct messages with {names}"

    def _head(self, user: str, where: Sequence[str]) -> Text:
        name = name_of(user, self._workspace)
        style = "bold magenta" if user == self._workspace.bot_user_id else "bold"
        return Text.assemble((name, style), (f" · {' · '.join(where)}", SMALL))

    def _block(self, head: Text, lines: Sequence[Text]) -> None:
        self._console.print()
        self._lines([head], "")
        self._lines(lines, _BAR)

    def _lines(self, lines: Sequence[Text], bar: str) -> None:
        width = min(self._console.width, MOST_COLUMNS) - len(bar)
        for line in lines:
            for row in wrapped(line, width):
                shown = Text.assemble((bar, SMALL), row)
                shown.rstrip()
                self._console.print(shown, soft_wrap=True)


def _pixels(file: SlackFile) -> list[str]:
    if file.content is None:
        return []
    with Image.open(io.BytesIO(file.content)) as image:
        return [f"{image.width}x{image.height} {image.format}"]


def _kilobytes(size: int) -> str:
    return f"{max(1, round(size / 1000))} kB"
