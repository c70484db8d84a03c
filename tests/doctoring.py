"""For tests of the doctor: its findings, rows to find, and the command line."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

from sqlalchemy import insert
from warm import run_warm

import glm_slackbot
from glm_slackbot.app.doctor.examine import examine
from glm_slackbot.app.doctor.finding import Finding
from glm_slackbot.app.settings import Settings
from glm_slackbot.sandbox.world import World
from glm_slackbot.storage.address import SqliteAddress, parse_database_url
from glm_slackbot.storage.database import Database
from glm_slackbot.storage.migrations import migrate
from glm_slackbot.storage.tables import jobs

PACKAGE_FOLDER = str(Path(glm_slackbot.__file__).resolve().parents[1])
JOB = {
    "id": "j1",
    "dedupe_key": "k1",
    "origin_kind": "command",
    "team_id": "T1",
    "user_id": "U1",
    "channel_id": "C1",
    "status": "queued",
    "created_at": 0.0,
    "locale": "en",
    "api_key_id": "k",
    "prompt": "a fox",
    "needs_prompt": False,
    "model": "glm-image",
    "width": 1280,
    "height": 1280,
    "n": 1,
    "watermark": True,
    "next_at": 0.0,
    "asked_at": 0.0,
}


async def findings(world: World, settings: Settings, *mistakes: str, **more: Any) -> list[Finding]:
    return await examine(settings, mistakes, network=world.network, **more)


async def finding(world: World, name: str, settings: Settings, **more: Any) -> Finding:
    (found,) = [one for one in await findings(world, settings, **more) if one.name == name]
    return found


async def keep_job(url: str, **changes: Any) -> None:
    database = Database(parse_database_url(url))
    await migrate(database)
    async with database.write() as connection:
        await connection.execute(insert(jobs).values(JOB | changes))
    await database.close()


def command(
    name: str,
    folder: Path,
    variables: dict[str, str],
    *arguments: str,
    typed: str = "",
    stdout: int = subprocess.PIPE,
) -> CompletedProcess[str]:
    """``glm-slackbot``, in a process and an environment of its own, without a way to the world."""
    inherited = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    # Nobody listens on that port.
    ours = {"PYTHONPATH": PACKAGE_FOLDER, "HTTPS_PROXY": "http://127.0.0.1:9"}
    env = inherited | ours | variables
    if stdout == subprocess.PIPE:
        return run_warm([name, *arguments], env, folder, typed)
    return subprocess.run(
        [sys.executable, "-m", "glm_slackbot", name, *arguments],
        env=env,
        cwd=folder,
        stdout=stdout,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )


def times_of(folder: Path) -> dict[Path, int]:
    return {path: path.stat().st_mtime_ns for path in folder.iterdir()}


def lock_of(url: str) -> Path:
    address = parse_database_url(url)
    assert isinstance(address, SqliteAddress)
    return address.lock_path
