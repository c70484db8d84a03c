"""For tests of ``glm-slackbot imagine``: the program as its users run it."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

from warm import run_warm
from warm_asyncio import WarmProcess, start_warm

import glm_slackbot

# The program's processes start with everything imported: here is where that is measured.
import glm_slackbot.cli.imagine_run
import glm_slackbot.cli.imagine_table
from glm_slackbot.domain.image_models import Provider
from glm_slackbot.sandbox.glm_api import TEST_API_KEYS

ZAI = {"ZAI_API_KEY": TEST_API_KEYS[Provider.ZAI]}
BIGMODEL = {"ZHIPU_API_KEY": TEST_API_KEYS[Provider.BIGMODEL]}

ENDS_WITHIN_S = 2.0
"""After Ctrl-C: it takes less than one, and other tests may have the machine."""


@dataclass
class Ended:
    """What a run printed, and its exit code."""

    code: int
    stdout: str
    stderr: str

    @property
    def objects(self) -> list[dict[str, Any]]:
        """Standard output as JSON, a line each; fails where it is anything else."""
        return [json.loads(line) for line in self.stdout.splitlines()]

    @property
    def object(self) -> dict[str, Any]:
        [only] = self.objects
        return only

    @property
    def error(self) -> dict[str, Any]:
        """Of the only object."""
        assert self.object["ok"] is False
        return dict(self.object["error"])


@dataclass
class Program:
    """``glm-slackbot imagine`` in a folder, with an API key of z.ai unless told otherwise."""

    folder: Path
    road: dict[str, str]
    keys: dict[str, str] = field(default_factory=lambda: ZAI)

    @property
    def env(self) -> dict[str, str]:
        kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        package = str(Path(glm_slackbot.__file__).parents[1])
        return kept | {"PYTHONPATH": package} | self.road | self.keys

    async def run(self, *arguments: str, typed: str = "", **more: str) -> Ended:
        """To its end."""
        done: CompletedProcess[str] = await asyncio.to_thread(
            run_warm, ["imagine", *arguments], self.env | more, self.folder, typed
        )
        assert "Traceback" not in done.stderr, done.stderr
        return Ended(done.returncode, done.stdout, done.stderr)

    async def start(self, *arguments: str) -> WarmProcess:
        """A process to be killed or stopped."""
        return await start_warm(["imagine", *arguments], self.env, self.folder)


async def until(condition: Callable[[], Any], seconds: float = 20.0) -> None:
    """Wait until it is true."""
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110  # a file, or a list that another thing fills
            await asyncio.sleep(0.01)
