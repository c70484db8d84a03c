"""The bot's process: started, told to stop, killed; and what the page shows of it."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import socket
import sys
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import glm_slackbot
from glm_slackbot.sandbox.page.order import Order, Way
from glm_slackbot.sandbox.slack_stand_in import SlackStandIn

START_SECONDS = 30.0
CONNECT_SECONDS = 3.0
LOG_LINES_KEPT = 30


class BotDown(Exception):
    """The bot does not run, or could not be started; the words say which."""


class BotProcess:
    """One bot at a time; ``ring`` is called whenever its state changes."""

    def __init__(
        self, order: Order, slack: SlackStandIn, ring: Callable[[], None], *, shows_log: bool
    ) -> None:
        self._order = order
        self._slack = slack
        self._ring = ring
        self._shows_log = shows_log
        self._process: asyncio.subprocess.Process | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._log: deque[str] = deque(maxlen=LOG_LINES_KEPT)
        self._one_at_a_time = asyncio.Lock()
        self._closed_door = _closed_door()
        self.is_starting = False
        self.starts = 0

    @property
    def way(self) -> Way:
        """Of the last start."""
        return self._order.way

    @property
    def is_running(self) -> bool:
        """Whether it can be spoken to."""
        return self._process is not None and not self.is_starting

    async def start(self, way: Way | None = None) -> None:
        """Start it, or start it again where it delivers in another way. Raises BotDown."""
        async with self._one_at_a_time:
            if self._process is not None and way in (None, self.way):
                return
            await self._ended()
            self._order = replace(self._order, way=way or self.way)
            self.starts += 1
            self.is_starting = True
            self._ring()
            try:
                await self._started()
            except (BotDown, TimeoutError) as reason:
                self.kill()
                last = self._log[-1] if self._log else str(reason)
                raise BotDown(f"The bot did not start: {last}") from None
            finally:
                self.is_starting = False
                self._ring()

    def kill(self) -> None:
        """SIGKILL."""
        with contextlib.suppress(ProcessLookupError):
            if self._process is not None:
                self._process.kill()

    def stop(self) -> None:
        """SIGTERM: it has its bounded time for what is under way."""
        with contextlib.suppress(ProcessLookupError):
            if self._process is not None:
                self._process.terminate()

    async def close(self) -> None:
        """Kill it, and wait for its end."""
        self.kill()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._closed_door.close()

    async def _ended(self) -> None:
        if self._process is not None:
            self.stop()
            await self._process.wait()
            await asyncio.gather(*self._tasks)

    async def _started(self) -> None:
        self._log.clear()
        self._shut_out()
        process = self._process = await start_bot()
        for work in (self._read_log(process), self._wait_for_end(process)):
            task = asyncio.create_task(work)
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        port = await self._hello(process)
        if self.way == "http":
            self._slack.request_url = f"http://127.0.0.1:{port}/slack/events"
        else:
            with contextlib.suppress(TimeoutError):  # Slack is away: the bot goes on trying
                await self._slack.socket.connected(CONNECT_SECONDS)

    async def _hello(self, process: asyncio.subprocess.Process) -> int:
        """The port that it listens at."""
        if process.stdin is None or process.stdout is None:
            raise BotDown("it has no pipes")
        process.stdin.write(self._order.line())
        async with asyncio.timeout(START_SECONDS):
            line = await process.stdout.readline()
        if not line:
            raise BotDown("it ended at once")
        return int(json.loads(line)["port"])

    async def _read_log(self, process: asyncio.subprocess.Process) -> None:
        if process.stderr is None:
            return
        async for line in process.stderr:
            words = line.decode(errors="replace").rstrip()
            self._log.append(words)
            if self._shows_log:
                print(words, file=sys.stderr)

    async def _wait_for_end(self, process: asyncio.subprocess.Process) -> None:
        await process.wait()
        if self._process is process:
            self._process = None
            self._shut_out()
            self._ring()

    def _shut_out(self) -> None:
        """Slack finds nobody: its requests are refused, not lost."""
        port = self._closed_door.getsockname()[1]
        is_http = self.way == "http"
        self._slack.request_url = f"http://127.0.0.1:{port}/slack/events" if is_http else None


async def start_bot() -> asyncio.subprocess.Process:
    """Its process, which waits for a line of orders."""
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "glm_slackbot.sandbox.page.bot"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env=_environment(os.environ),
        start_new_session=True,  # Ctrl-C in the terminal is for the page
    )


def _closed_door() -> socket.socket:
    """A port that is ours and at which nobody listens: that of a bot that is down."""
    door = socket.socket()
    door.bind(("127.0.0.1", 0))
    return door


def _environment(given: Mapping[str, str]) -> dict[str, str]:
    """So that the child finds this very package, wherever the page was started."""
    ours = str(Path(glm_slackbot.__file__).parents[1])
    path = os.pathsep.join([ours, *filter(None, [given.get("PYTHONPATH")])])
    return {**given, "PYTHONPATH": path}
