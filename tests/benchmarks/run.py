"""Measures the bot beside a bare Bolt app and prints a table.

    python tests/benchmarks/run.py [start] [acks] [images] [home]

By hand, on a quiet machine with Linux. Bot, bare app and stand-ins are processes of their own;
this one sends the commands. Loopback only.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import statistics
import sys
import tempfile
import time
from contextlib import AbstractAsyncContextManager
from functools import partial
from pathlib import Path

from children import Child, child
from commands import ADMIN, PEOPLE, SIGNING_SECRET
from measures import (
    ACCEPTED,
    PROVIDER_SECONDS,
    ROUNDS,
    AckFigures,
    BotStarter,
    Homes,
    Images,
    acks_beside,
    first_acks,
    idle,
)

IDLE_SECONDS = 20.0
MANY = 100
PAST_JOBS = 10_000


async def main() -> None:
    """Measure, printing each row as it is known."""
    with tempfile.TemporaryDirectory(prefix="glm-slackbot-benchmark-") as name:
        folder = Path(name)
        _print("", "measured", "aim")
        for part in sys.argv[1:] or PARTS:
            async with child("stand_ins.py", folder) as stand_ins:
                await PARTS[part](folder, stand_ins, partial(bot_child, folder, stand_ins))


def bot_child(
    folder: Path, stand_ins: Child, database: str, **settings: int
) -> AbstractAsyncContextManager[Child]:
    """The bot with quotas out of the way; ``settings`` are those with our prefix."""
    environment = {
        "SLACK_BOT_TOKEN": "xoxb-sandbox",
        "SLACK_SIGNING_SECRET": SIGNING_SECRET,
        "ZHIPU_API_KEY": "sandboxbigmodel.0123456789abcdef",
        "DATABASE_URL": f"sqlite:///{folder / database}",
        "GLM_SLACKBOT_LOG_FORMAT": "json",
        "GLM_SLACKBOT_USER_DAILY_IMAGES": "1000000",
        **{f"GLM_SLACKBOT_{name.upper()}": str(value) for name, value in settings.items()},
    }
    return child("bot.py", folder, json.dumps(stand_ins.hello), environment=environment)


async def start_up(folder: Path, stand_ins: Child, start_bot: BotStarter) -> None:
    """Time to ready, with no database yet and with one; then what idling costs."""
    async with start_bot("start.db") as bot:
        _print("ready, first start (makes the database)", f"{bot.start_seconds:.2f} s", "< 2.5 s")
    again = []
    for _ in range(3):
        async with start_bot("start.db") as bot:
            again.append(bot.start_seconds)
    _print("ready, later starts", f"{statistics.median(again):.2f} s", "< 2.5 s")
    async with start_bot("start.db") as bot:
        await asyncio.sleep(3.0)
        cost = await idle(bot, IDLE_SECONDS)
    _print("idle, CPU", f"{cost.cpu_percent:.2f} % of a core", "< 1 %")
    _print("idle, memory", f"{cost.memory:.0f} MiB", "< 120 MiB")


async def acknowledging(folder: Path, stand_ins: Child, start_bot: BotStarter) -> None:
    """Acks of the bot and the bare app, while the bot also works on what it has accepted."""
    await stand_ins.ask(weather={"seconds": PROVIDER_SECONDS})
    async with start_bot("acks.db") as bot, child("bare.py", folder) as bare:
        for count in ROUNDS:
            ours, theirs = await acks_beside(bot, bare, count)
            aim = "p99 < 3 times the bare app's" if count == 200 else ""
            _print(f"acks, {count} at once: bare app", _figures(theirs), "")
            _print(f"acks, {count} at once: the bot", _figures(ours), "")
            _print("", f"p99 {ours.p99 / theirs.p99:.1f} times the bare app's", aim)
    their_first = await first_acks(partial(child, "bare.py", folder), b"", 200)
    numbers = itertools.count()
    our_first = await first_acks(lambda: start_bot(f"first-{next(numbers)}.db"), ACCEPTED, 200)
    _print("first 200 after a start: bare app", f"p99 {their_first:.1f} ms", "")
    _print("first 200 after a start: the bot", f"p99 {our_first:.1f} ms", "")


async def drawing(folder: Path, stand_ins: Child, start_bot: BotStarter) -> None:
    """Whole images, from the command to the channel."""
    async with start_bot("images.db", max_concurrency=20) as bot:
        images = Images(bot, stand_ins)
        await images.first()
        seconds, more = await images.twenty_large()
        _print("20 at once, 5 s provider, 2 MB each", f"{seconds:.2f} s", "< 6.5 s")
        _print("  memory up by, at the most", f"{more:.1f} MiB", "< 25 MiB")
        await stand_ins.ask(weather={"byte_count": 0})
        quick = await images.one(0.0)
        slow = await images.one(PROVIDER_SECONDS, times=3)
        _print("one image, 0 s provider", f"{quick:.2f} s", "")
        _print("waiting adds, 5 s provider", f"{slow - PROVIDER_SECONDS - quick:.2f} s", "< 0.5 s")
        rate = MANY / await images.seconds_for(MANY, seconds=0.0)
        _print("images a second, 0 s provider", f"{rate:.1f}", "")


async def at_home(folder: Path, stand_ins: Child, start_bot: BotStarter) -> None:
    """The Home tab of a workspace with a past."""
    database = f"sqlite:///{folder / 'home.db'}"
    async with child("history.py", folder, database, str(PAST_JOBS), str(time.time())):
        pass  # its first line says that it is written
    async with start_bot("home.db") as bot:
        homes = Homes(bot, stand_ins)
        for who, person in (("a member", PEOPLE[1]), ("an admin", ADMIN)):
            found = await homes.of(person)
            row = f"{found.median:.0f} ms  worst {found.worst:.0f} ms  first {found.first:.0f} ms"
            _print(f"Home with {PAST_JOBS:,} jobs, {who}", row, "< 300 ms")


def _figures(figures: AckFigures) -> str:
    return f"p50 {figures.p50:6.1f} ms  p99 {figures.p99:6.1f} ms  {figures.memory:4.0f} MiB"


def _print(what: str, measured: str, aim: str) -> None:
    print(f"{what:42} {measured:42} {aim}".rstrip(), flush=True)


PARTS = {"start": start_up, "acks": acknowledging, "images": drawing, "home": at_home}

asyncio.run(main())
