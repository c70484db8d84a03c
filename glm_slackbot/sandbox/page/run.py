"""``sandbox --page``: everything up, until Ctrl-C."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import threading
import webbrowser
from collections.abc import Callable, Mapping

from glm_slackbot.app.start_faults import StartFault
from glm_slackbot.sandbox.page.bot_process import BotDown
from glm_slackbot.sandbox.page.server import serving_page
from glm_slackbot.sandbox.page.stage import Stage, open_stage

DEFAULT_PORT = 8765


async def run_page(
    port: int,
    say: Callable[[str], None],
    *,
    real_api_keys: Mapping[str, str] | None = None,
    opens_browser: bool = True,
    shows_log: bool = False,
) -> None:
    """Serve until SIGINT or SIGTERM. Raises StartFault where the port is taken."""
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with open_stage(real_api_keys=real_api_keys, shows_log=shows_log) as stage:
        try:
            async with serving_page(stage, port) as listening:
                address = f"http://127.0.0.1:{listening}/"
                say(f"The sandbox is at {address} (Ctrl-C ends it)")
                starting = asyncio.create_task(_start(stage, say))
                if opens_browser and _has_browser():
                    _open_browser(address)
                await stop.wait()
                starting.cancel()
                await asyncio.gather(starting, return_exceptions=True)
        except OSError as fault:
            reason = fault.strerror or str(fault)
            line = f"--port {port}: {reason}; choose another, or 0 for any that is free"
            raise StartFault(line, is_mistake=True) from fault


async def _start(stage: Stage, say: Callable[[str], None]) -> None:
    try:
        await stage.bot.start()
    except BotDown as reason:
        say(str(reason))


def _has_browser() -> bool:
    """One that a person could see. A text browser would take this terminal over."""
    has_screen = bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
    is_chosen = bool(os.environ.get("BROWSER")) or sys.platform in ("darwin", "win32")
    return has_screen or (is_chosen and sys.stdout.isatty())


def _open_browser(address: str) -> None:
    """A daemon thread: some browsers return only when they are closed, and Ctrl-C must not wait."""
    threading.Thread(target=webbrowser.open, args=(address,), name="browser", daemon=True).start()
