"""A place for the rows, and an environment in which nothing is set."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from glm_slackbot.app.front_door import LONGEST_BODY, FrontDoor

from .knocking import NOW, SECRET, Door


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'bot.db'}"


@pytest.fixture
def nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """An environment without our variables, in a folder without .env."""
    monkeypatch.chdir(tmp_path)
    for name in list(os.environ):
        if name.startswith(("GLM_SLACKBOT_", "SLACK_", "ZHIPU_", "ZAI_")):
            monkeypatch.delenv(name)
    for name in ("DATABASE_URL", "PORT", "DYNO"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
async def door() -> AsyncIterator[Door]:
    refused: list[str] = []
    front_door = FrontDoor(SECRET, refused.append, now=lambda: NOW, longest_reading=0.5)
    came_in: list[bytes] = []

    async def room(request: web.Request) -> web.Response:
        came_in.append(await request.read())
        return web.Response(text="in")

    app = web.Application(client_max_size=LONGEST_BODY, middlewares=[front_door.middleware])
    app.router.add_post("/slack/events", room)
    async with TestClient(TestServer(app)) as client:
        yield Door(client, refused, came_in)
