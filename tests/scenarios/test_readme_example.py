"""The README's plugin example, run as it stands there, against the stand-ins."""

from __future__ import annotations

import asyncio
import re
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from slack_bolt.async_app import AsyncApp

from glm_slackbot import open_services
from glm_slackbot.app.socket_mode import socket_mode
from glm_slackbot.sandbox.world import World, world_settings
from glm_slackbot.slack.session import open_slack_session

from .seeing import see_result

README = Path(__file__).parents[2] / "README.md"


class HandlerInTheWorld:
    """Bolt's Socket Mode handler, led to the stand-in Slack instead of the real one."""

    world: World

    def __init__(self, app: AsyncApp) -> None:
        self.app = app

    async def start_async(self) -> None:
        connector = self.world.network.slack_connector
        assert connector is not None
        async with socket_mode(self.app, "xapp-sandbox", connector()):
            await asyncio.Event().wait()


async def test_the_plugin_example_of_the_readme_makes_an_image(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-sandbox")
    example: dict[str, Any] = {"__name__": "example"}
    exec(_block(), example)
    HandlerInTheWorld.world = world
    example |= {
        "AsyncSocketModeHandler": HandlerInTheWorld,
        "Settings": partial(world_settings, f"sqlite:///{tmp_path / 'bot.db'}"),
        "open_services": partial(open_services, network=world.network, clock=world.clock),
    }

    async with open_slack_session(world.network.slack_connector()) as session:  # type: ignore[misc]
        example["app"].client.session = session
        running = asyncio.create_task(example["main"]())
        await world.slack.socket.connected()
        await world.slack.command("a fox", user="U1", channel="C1")
        result = await see_result(world)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)

    assert result.files


def _block() -> str:
    words = README.read_text(encoding="utf-8")
    block = re.search(r"test_readme_example\.py.*?```python\n(.*?)```", words, re.DOTALL)
    assert block is not None
    return block[1]
