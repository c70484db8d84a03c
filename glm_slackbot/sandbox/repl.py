"""The sandbox: lines in, a transcript out, and the whole real bot in between."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

from rich.console import Console

from glm_slackbot.app.serve import Bot
from glm_slackbot.sandbox.acts import CannotDo, Person
from glm_slackbot.sandbox.at_rest import until_at_rest
from glm_slackbot.sandbox.lines import HELP, Kind, Line, read_line
from glm_slackbot.sandbox.slack_stand_in import SlackStandIn
from glm_slackbot.sandbox.transcript import Transcript
from glm_slackbot.sandbox.world import SIGNING_SECRET, World, open_world, world_settings

PATIENCE_SECONDS = 30.0
REAL_PATIENCE_SECONDS = 900.0
PROCESSING_SECONDS = 0.01
"""The stand-in Slack's work on a file; the tests take longer, to be strict."""


class Sandbox:
    """Acts out one line at a time. ``patience``: seconds a line may take."""

    def __init__(self, world: World, bot: Bot, transcript: Transcript, patience: float) -> None:
        self._slack = world.slack
        self._bot = bot
        self._transcript = transcript
        self._patience = patience
        self.person = Person(world.slack, transcript)
        self.failed = 0
        """Lines that asked for an image and brought none."""
        self.not_understood = 0

    @property
    def images(self) -> list[Path]:
        """The saved images."""
        return self._transcript.images

    async def take(self, typed: str) -> bool:
        """Act a line out and print what came of it; False at the end."""
        line, images = read_line(typed), len(self.images)
        try:
            await self._act(line)
        except CannotDo as reason:
            self.not_understood += 1
            self._transcript.note(f"{str(reason)[0].upper()}{str(reason)[1:]}.")
        await self._rest()
        if line.asks_for_image and len(self.images) == images:
            self.failed += 1
        return line.kind is not Kind.QUIT

    async def _rest(self) -> None:
        first = min(self._patience, PATIENCE_SECONDS)
        if await self._is_at_rest_within(first):
            return
        self._transcript.note(
            f"The bot is still at work after {first:.0f} s; --verbose prints its log."
        )
        if not await self._is_at_rest_within(self._patience - first):
            self._transcript.note("What comes of it is shown with the next line.")

    async def _is_at_rest_within(self, seconds: float) -> bool:
        look, database = self._transcript.show_news, self._bot.services.database
        return await until_at_rest(self._slack, database, look, seconds)

    async def _act(self, line: Line) -> None:
        person = self.person
        match line.kind:
            case Kind.COMMAND:
                await person.command(line.words)
            case Kind.MENTION:
                await person.mention(line.words)
            case Kind.THREAD:
                await person.answer_in_thread(line.words)
            case Kind.DIRECT:
                await person.direct(line.words)
            case Kind.PRESS:
                await person.press(line.words)
            case Kind.HOME:
                await person.open_home()
            case _:
                self._act_beside_the_bot(line)

    def _act_beside_the_bot(self, line: Line) -> None:
        match line.kind:
            case Kind.AS:
                self.person.become(line.words)
            case Kind.IN:
                self.person.go_to(line.words)
            case Kind.INVITE:
                self.person.invite_bot()
            case Kind.HELP:
                self._transcript.note(HELP)
            case Kind.UNKNOWN:
                raise CannotDo(
                    f"“{line.words}” is nothing the sandbox knows; for an image write "
                    f"“/imagine {line.words}”, for a list of lines “help”"
                )


@asynccontextmanager
async def open_sandbox(
    console: Console,
    folder: Path,
    *,
    real_api_keys: dict[str, str] | None = None,
    patience: float | None = None,
) -> AsyncIterator[Sandbox]:
    """Everything up; ``real_api_keys`` by Settings field make the images real.

    ``patience``: seconds a line may take. Raises SettingsError.
    """
    async with AsyncExitStack() as stack:
        rows = stack.enter_context(tempfile.TemporaryDirectory(prefix="glm-slackbot-"))
        settings = world_settings(f"sqlite:///{rows}/sandbox.db", **_api_keys(real_api_keys))
        slack = SlackStandIn(signing_secret=SIGNING_SECRET)
        slack.uploads.processing_seconds = PROCESSING_SECONDS
        opening = open_world(slack=slack, real_glm=real_api_keys is not None)
        world = await stack.enter_async_context(opening)
        bot = await stack.enter_async_context(world.bot_running(settings))
        if patience is None:
            patience = PATIENCE_SECONDS if real_api_keys is None else REAL_PATIENCE_SECONDS
        transcript = Transcript(slack.workspace, console, folder)
        yield Sandbox(world, bot, transcript, patience)


def _api_keys(real: dict[str, str] | None) -> dict[str, Any]:
    return {} if real is None else {"zhipu_api_key": None, "zai_api_key": None} | real
