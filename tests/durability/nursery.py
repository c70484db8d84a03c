"""A program that brings bots into the world: each a process of its own, forked when asked for.

It has imported everything by then, so that a bot is up in a tenth of a second. A line of JSON on
standard input orders one; its process id and, at its end, its exit code are written into its
folder. One that is to die kills itself with SIGKILL at a commit: the product knows nothing of that.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Iterable
from pathlib import Path
from typing import Any

import alembic.command  # noqa: F401  # imported by the product when it migrates
from clock import FastClock
from sqlalchemy.ext.asyncio import AsyncConnection

from glm_slackbot.app import bootstrap
from glm_slackbot.app.network import Network
from glm_slackbot.app.serve import serve
from glm_slackbot.observe import set_up_logging
from glm_slackbot.sandbox.network import Routes
from glm_slackbot.sandbox.world import world_settings
from glm_slackbot.storage.database import Database


class Death:
    """SIGKILL before or after the n-th commit, counted from the first request's."""

    def __init__(self, when: str, commit: int) -> None:
        self._when = when
        self._left = commit
        self._counting = False

    def at_commit(self, when: str, *, accepting: bool) -> None:
        """Tell of a commit."""
        self._counting = self._counting or accepting
        if not self._counting or when != self._when:
            return
        self._left -= 1
        if self._left == 0:
            os.kill(os.getpid(), signal.SIGKILL)


def mortal_database(death: Death) -> type[Database]:
    """A database under whose commits the process dies."""

    class MortalDatabase(Database):
        @contextlib.asynccontextmanager
        async def write(
            self, *, locks: Iterable[str] = (), urgent: bool = False
        ) -> AsyncIterator[AsyncConnection]:
            async with super().write(locks=locks, urgent=urgent) as connection:
                yield connection
                death.at_commit("before", accepting=urgent)
            death.at_commit("after", accepting=urgent)

    return MortalDatabase


async def live(order: dict[str, Any]) -> None:
    """A bot's life: until SIGTERM, or until its commit comes."""
    routes = Routes(order["ports"], order["certificate"])
    network = Network(glm_transport=routes.httpx_transport, slack_connector=routes.slack_connector)
    settings = world_settings(order["database_url"], **order["settings"])
    clock = FastClock(order["speed"], order["start"]) if order["speed"] else None
    await serve(settings, network=network, clock=clock)


def write_whole(path: Path, words: str) -> None:
    """So that a reader finds all of it or nothing."""
    path.with_suffix(".part").write_text(words)
    path.with_suffix(".part").rename(path)


def bear(order: dict[str, Any]) -> None:
    """In the new process: run one bot, and leave."""
    log = os.open(order["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(log, 1)
    os.dup2(log, 2)
    write_whole(Path(order["told"]), str(os.getpid()))
    set_up_logging("console", "INFO")
    if order["death"]:
        bootstrap.Database = mortal_database(Death(*order["death"]))  # type: ignore[misc]
    asyncio.run(live(order))


def main() -> None:
    """Fork a bot for each line."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for them
    gc.collect()
    gc.freeze()  # else each bot's first collection copies all the memory it shares with us
    for line in sys.stdin:
        if os.fork() == 0:
            order, code = json.loads(line), 1
            try:
                bear(order)
                code = 0
            finally:
                sys.stdout.flush()
                sys.stderr.flush()
                write_whole(Path(order["left"]), str(code))
                os._exit(code)


if __name__ == "__main__":
    main()
