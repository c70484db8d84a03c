"""What a process that the nursery forked does with its life, and how it ends."""

from __future__ import annotations

import asyncio
import atexit
import contextlib
import os
import runpy
import signal
import sys
import threading
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

from coverage import Coverage
from warm_nursery import ADDRESS, Order

from glm_slackbot.sandbox.page import bot, bot_process

SETTINGS = Path(__file__).parents[1] / "pyproject.toml"


def live(order: Order, streams: list[int]) -> None:
    """As ordered: ``program``, ``page`` or ``bot``."""
    os.chdir(order["folder"])
    nursery = os.environ[ADDRESS]
    os.environ.clear()
    os.environ.update(order["env"])
    _take(streams)
    if order["life"] == "bot":
        os.setsid()  # as it is started else, too
        bot.main()
        return
    if order["life"] == "page":
        os.environ[ADDRESS] = nursery
        bot_process.start_bot = _warm_bot  # type: ignore[assignment]
    sys.argv = ["glm-slackbot", *order["arguments"]]
    _measured(order["measured_into"], _program)


def end(failed: BaseException | None) -> NoReturn:
    """As Python ends, but for taking all apart: that would copy all that is shared."""
    code = _exit_code(failed)
    threading._shutdown()  # type: ignore[attr-defined]
    atexit._run_exitfuncs()
    try:
        sys.stdout.flush()
    except (OSError, ValueError) as fault:
        print(f"Exception ignored in: {sys.stdout!r}\n{fault!r}", file=sys.stderr)
        code = 120
    with contextlib.suppress(OSError, ValueError):
        sys.stderr.flush()
    os._exit(code)


def _exit_code(failed: BaseException | None) -> int:
    if failed is None:
        return 0
    if isinstance(failed, KeyboardInterrupt):
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        os.kill(os.getpid(), signal.SIGINT)
    if not isinstance(failed, SystemExit):
        traceback.print_exception(failed)
        return 1
    if failed.code is None or isinstance(failed.code, int):
        return (failed.code or 0) & 0xFF
    print(failed.code, file=sys.stderr)
    return 1


def _program() -> None:
    runpy.run_module("glm_slackbot", run_name="__main__")


async def _warm_bot() -> asyncio.subprocess.Process:
    from warm_asyncio import start_warm_bot

    return await start_warm_bot()


def _take(streams: list[int]) -> None:
    for descriptor, stream in enumerate(streams):
        os.dup2(stream, descriptor)
        os.close(stream)
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115  # for its life
    sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stderr = open(2, "w", 1, "utf-8", "backslashreplace", closefd=False)  # noqa: SIM115


def _measured(into: str | None, work: Callable[[], None]) -> None:
    if into is None:
        work()
        return
    measuring = Coverage(into, data_suffix=True, config_file=str(SETTINGS))
    # That all is imported already is how these processes start; a warning would be in stderr.
    measuring.set_option("run:disable_warnings", ["already-imported", "module-not-measured"])
    measuring.start()
    try:
        work()
    finally:
        measuring.stop()
        measuring.save()
