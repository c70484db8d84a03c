"""How long one order waits for a provider that made nothing."""

from __future__ import annotations

from glm_slackbot.domain.retry import Trouble
from glm_slackbot.engine.patience import UNREACHABLE_S, Patience


class Hands:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.time = 1000.0

    def now(self) -> float:
        return self.time

    async def sleep(self, seconds: float) -> None:
        self.time += seconds


async def pauses(clock: Hands, patience: Patience, trouble: Trouble) -> list[float]:
    """All of them until it says enough."""
    found: list[float] = []
    while (pause := patience.pause(trouble, None)) is not None:
        found.append(pause)
        await clock.sleep(pause)
    return found


async def test_a_busy_provider_is_waited_out_for_ten_minutes() -> None:
    clock = Hands()
    found = await pauses(clock, Patience(clock), Trouble.BUSY)
    assert (found[:3], sum(found)) == ([2, 2, 4], 600)


async def test_one_that_cannot_be_reached_for_half_a_minute() -> None:
    clock = Hands()
    found = await pauses(clock, Patience(clock), Trouble.UNREACHABLE)
    assert found == [2, 2, 4, 8]
    assert sum(found) <= UNREACHABLE_S


async def test_each_trouble_has_a_patience_of_its_own() -> None:
    clock = Hands()
    patience = Patience(clock)
    await pauses(clock, patience, Trouble.UNREACHABLE)
    assert patience.pause(Trouble.BUSY, 7.0) == 7.0
