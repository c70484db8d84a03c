"""The clock that is used where nobody passes another."""

from __future__ import annotations

from glm_slackbot.workflow.clock import SystemClock


async def test_it_tells_the_machines_time_and_waits_by_it() -> None:
    clock = SystemClock()
    before = clock.now()
    await clock.sleep(0.01)
    assert clock.now() > before
