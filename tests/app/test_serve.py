"""The program as a whole: what ends it."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from ports import free_port

from glm_slackbot.app.serve import serve
from glm_slackbot.app.settings_error import SettingsError
from glm_slackbot.sandbox import slack_weather
from glm_slackbot.sandbox.world import World, world_settings


@pytest.mark.parametrize("socket_mode", [False, True], ids=["http", "socket"])
async def test_a_bot_token_that_slack_refuses_late_ends_the_program_with_its_line(
    world: World, rows: Path, socket_mode: bool
) -> None:
    late = replace(slack_weather.error("invalid_auth"), seconds=2.0)
    world.slack.weather.always("auth.test", late)
    settings = world_settings(
        f"sqlite:///{rows}", socket_mode=socket_mode, host="127.0.0.1", port=free_port()
    )
    with pytest.raises(SettingsError, match=r"SLACK_BOT_TOKEN is not accepted .*invalid_auth"):
        async with asyncio.timeout(15):
            await serve(settings, network=world.network, clock=world.clock)


def test_what_hangs_is_left_in_time() -> None:
    hanging = (
        "import threading, time\n"
        "from glm_slackbot.app.leaving import leave_within\n"
        "threading.Thread(target=time.sleep, args=(60,), name='asks a dead server').start()\n"
        "leave_within(0.2)\n"
    )
    left = subprocess.run(
        [sys.executable, "-c", hanging], capture_output=True, text=True, timeout=20, check=False
    )
    assert left.returncode == 0
    assert "asks a dead server" in left.stdout + left.stderr
