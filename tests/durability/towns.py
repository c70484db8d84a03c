"""A town: stand-ins that outlive the bots in it, and what the rows and Slack show afterwards."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import socket
import sqlite3
import subprocess
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from clock import FastClock
from ports import free_port

from glm_slackbot.sandbox.glm_api import GLMStandIn
from glm_slackbot.sandbox.network import Routes, StandInNetwork
from glm_slackbot.sandbox.slack_message import Message
from glm_slackbot.sandbox.slack_stand_in import SlackStandIn
from glm_slackbot.sandbox.world import SIGNING_SECRET

SPEED = 20.0


@dataclass(frozen=True)
class Child:
    """A bot in a process of its own."""

    pid: int
    port: int
    left: Path

    @property
    def exit_code(self) -> int | None:
        """What it ended with by itself; None where it was killed."""
        return int(self.left.read_text()) if self.left.exists() else None

    @property
    def is_up(self) -> bool:
        """Whether it listens, or will never."""
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0 or not self.is_alive

    @property
    def is_alive(self) -> bool:
        """Whether it runs still."""
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return False
        return True


@dataclass
class Town:
    """Stand-ins, one database, and the bots that come and go."""

    slack: SlackStandIn
    glm: GLMStandIn
    routes: Routes
    clock: FastClock
    nursery: subprocess.Popen[str]
    folder: Path
    speed: float = SPEED
    settings: dict[str, Any] = field(default_factory=dict)
    database_url: str = ""
    born: int = 0

    @property
    def log(self) -> str:
        """What all bots of this town have logged."""
        path = self.folder / "log.txt"
        return path.read_text() if path.exists() else ""

    async def start(self, death: tuple[str, int] | None = None) -> Child:
        """A new bot; Slack's requests go to it from now on."""
        self.born += 1
        told, left = self.folder / f"{self.born}.pid", self.folder / f"{self.born}.exit"
        port = free_port()
        order = {
            "ports": dict(self.routes.ports),
            "certificate": self.routes.certificate,
            "database_url": self.database_url or f"sqlite:///{self.folder / 'bot.db'}",
            "settings": {"host": "127.0.0.1", "port": port, **self.settings},
            "speed": self.speed,
            "start": self.clock.start,
            "death": death,
            "told": str(told),
            "left": str(left),
            "log": str(self.folder / "log.txt"),
        }
        stdin: IO[str] = self.nursery.stdin  # type: ignore[assignment]
        stdin.write(json.dumps(order) + "\n")
        stdin.flush()
        await until(told.exists, 20.0)
        child = Child(int(told.read_text()), port, left)
        await until(lambda: child.is_up, 20.0)
        self.slack.request_url = f"http://127.0.0.1:{child.port}/slack/events"
        return child

    async def stop(self, child: Child) -> None:
        """SIGTERM, and it ends in time."""
        os.kill(child.pid, signal.SIGTERM)
        await until(lambda: not child.is_alive, 25.0)
        assert child.exit_code == 0, self.log
        assert "Traceback" not in self.log, self.log

    async def kill(self, child: Child) -> None:
        """SIGKILL."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(child.pid, signal.SIGKILL)
        await until(lambda: not child.is_alive)

    def rows(self, query: str) -> list[dict[str, Any]]:
        """What the database says; nothing where there is none, or not all of it, yet."""
        try:
            connection = sqlite3.connect(f"file:{self.folder / 'bot.db'}?mode=ro", uri=True)
        except sqlite3.OperationalError:
            return []
        try:
            connection.row_factory = sqlite3.Row
            return [dict(row) for row in connection.execute(query)]
        finally:
            connection.close()

    @property
    def is_at_rest(self) -> bool:
        """Whether every job has ended, and everybody was told."""
        open_jobs = "select 1 from jobs where status in ('queued', 'running') or closing_due"
        return bool(self.rows("select 1 from jobs")) and not self.rows(open_jobs)

    @property
    def pictures(self) -> list[Message]:
        """The messages with images in #design."""
        return [m for m in self.slack.messages("C1") if m.files and m.bot_id]


async def until(condition: Callable[[], Any], seconds: float = 30.0) -> None:
    """Wait until it is true; TimeoutError after so many real seconds."""
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110  # another process is waited for
            await asyncio.sleep(0.02)


@asynccontextmanager
async def open_town(
    nursery: subprocess.Popen[str], folder: Path, speed: float = SPEED
) -> AsyncIterator[Town]:
    """A town for the length of the block."""
    await asyncio.to_thread(folder.mkdir, exist_ok=True)
    clock = FastClock(speed)
    slack = SlackStandIn(signing_secret=SIGNING_SECRET, clock=clock.now)
    slack.uploads.processing_seconds = 0.03
    glm = GLMStandIn()
    glm.weather.seconds = 0.05
    apps = dict.fromkeys(slack.hosts, slack.web_app()) | dict.fromkeys(glm.hosts, glm.web_app())
    async with StandInNetwork(apps) as network:
        yield Town(slack, glm, network.routes, clock, nursery, folder, speed)
