"""What is measured: each function drives running children and answers plain figures."""

from __future__ import annotations

import asyncio
import math
import statistics
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass

from children import Child
from commands import Acks, open_home, send_at_once

BotStarter = Callable[..., AbstractAsyncContextManager[Child]]

ROUNDS = {1: 40, 20: 12, 200: 8}
"""How many rounds for so many commands at once."""
ACCEPTED = b"glm_slackbot.cancel"
"""A card with a Cancel button: the request is written down."""
QUIET_SECONDS = 0.4
PROVIDER_SECONDS = 5.0
TWO_MB = 2_000_000


@dataclass(frozen=True)
class AckFigures:
    """Milliseconds and MiB."""

    p50: float
    p99: float
    memory: float


async def acks_beside(bot: Child, bare: Child, count: int) -> tuple[AckFigures, AckFigures]:
    """The bot's and the bare app's, round by round in turn, so that both see the same machine."""
    rounds: dict[Child, list[Acks]] = {bot: [], bare: []}
    expected = {bot: ACCEPTED, bare: b""}
    for each in (bot, bare):
        await send_at_once(each.port, count, expected[each])  # what is done once is done
        each.forget_most_memory()
    for _ in range(ROUNDS[count]):
        for each in (bare, bot):
            await asyncio.sleep(QUIET_SECONDS if count > 1 else 0.02)
            rounds[each].append(await send_at_once(each.port, count, expected[each]))
    return _figures(bot, rounds[bot]), _figures(bare, rounds[bare])


async def first_acks(starter: BotStarter, expected: bytes, count: int) -> float:
    """The p99 in ms of a fresh process's first commands, nobody's language known: of three."""
    found = []
    for _ in range(3):
        async with starter() as app:
            acks = await send_at_once(app.port, count, expected)
        found.append(1000 * _percentile(acks.seconds, 99))
    return statistics.median(found)


def _figures(app: Child, rounds: Sequence[Acks]) -> AckFigures:
    """The median of the rounds; single commands are one round together."""
    samples = [acks.seconds for acks in rounds]
    if len(samples[0]) == 1:
        samples = [tuple(seconds for (seconds,) in samples)]
    return AckFigures(
        p50=1000 * statistics.median(_percentile(s, 50) for s in samples),
        p99=1000 * statistics.median(_percentile(s, 99) for s in samples),
        memory=app.most_memory(),
    )


def _percentile(samples: Sequence[float], percent: int) -> float:
    return sorted(samples)[math.ceil(len(samples) * percent / 100) - 1]


@dataclass(frozen=True)
class IdleFigures:
    """Percent of a core, and MiB."""

    cpu_percent: float
    memory: float


async def idle(bot: Child, seconds: float) -> IdleFigures:
    """What it costs to do nothing."""
    before = bot.cpu_seconds()
    await asyncio.sleep(seconds)
    return IdleFigures(100 * (bot.cpu_seconds() - before) / seconds, bot.memory())


@dataclass(frozen=True)
class HomeFigures:
    """Milliseconds from the event to the view that Slack has taken."""

    first: float
    median: float
    worst: float


class Homes:
    """Home tabs through the whole bot, timed where they arrive."""

    def __init__(self, bot: Child, stand_ins: Child) -> None:
        self._bot = bot
        self._stand_ins = stand_ins
        self._so_far = 0

    async def of(self, person: str, times: int = 30) -> HomeFigures:
        """One after the other; at the first one Slack is asked who it is."""
        found = []
        for _ in range(times):
            opened = await open_home(self._bot.port, person)
            self._so_far += 1
            done = await self._stand_ins.ask(homes=self._so_far, within=30)
            found.append(1000 * (float(done["last_at"]) - opened))
        first, *rest = found
        return HomeFigures(first, statistics.median(rest), max(rest))


class Images:
    """Images through the whole bot, counted where they arrive: in the stand-in Slack."""

    def __init__(self, bot: Child, stand_ins: Child) -> None:
        self._bot = bot
        self._stand_ins = stand_ins
        self._so_far = 0

    async def seconds_for(self, count: int, **weather: float) -> float:
        """From the first command sent to the last image in the channel."""
        await self._stand_ins.ask(weather=weather)
        acks = await send_at_once(self._bot.port, count, ACCEPTED)
        done = await self._stand_ins.ask(images=count, after=self._so_far, within=240)
        self._so_far += count
        return float(done["last_at"]) - acks.started

    async def first(self) -> None:
        """One image ahead: the bot imports Pillow, the stand-in draws what it will send."""
        await self.seconds_for(1, seconds=0.0, byte_count=TWO_MB)

    async def one(self, seconds: float, times: int = 5) -> float:
        """The median of single images with a provider that takes so long."""
        return statistics.median([await self.seconds_for(1, seconds=seconds) for _ in range(times)])

    async def twenty_large(self, times: int = 3) -> tuple[float, float]:
        """Twenty of 2 MB at once against the slow provider: seconds, and MiB more at the most."""
        before = self._bot.memory()
        self._bot.forget_most_memory()
        rounds = [
            await self.seconds_for(20, seconds=PROVIDER_SECONDS, byte_count=TWO_MB)
            for _ in range(times)
        ]
        return statistics.median(rounds), self._bot.most_memory() - before
