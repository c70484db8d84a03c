"""The doctor on the clock: whoever answers tells the time."""

from __future__ import annotations

import time

import pytest
from doctoring import finding

from glm_slackbot.app.doctor.clock import check_clock, read_clock
from glm_slackbot.app.doctor.finding import Verdict
from glm_slackbot.sandbox import slack_weather
from glm_slackbot.sandbox.world import World, world_settings

FAR_AHEAD = 600.0


@pytest.mark.parametrize(("off", "way"), [(FAR_AHEAD, "ahead of"), (-FAR_AHEAD, "behind")])
async def test_a_clock_that_is_wrong_is_told(world: World, url: str, off: float, way: str) -> None:
    found = await finding(world, "clock", world_settings(url), now=lambda: time.time() + off)
    assert found.verdict is Verdict.FAILED
    assert f"s {way} Slack" in found.words


async def test_the_provider_tells_the_time_where_slack_does_not(world: World, url: str) -> None:
    world.slack.weather.always("auth.test", slack_weather.drop())
    found = await finding(world, "clock", world_settings(url))
    assert found.words.startswith("agrees with open.bigmodel.cn")


@pytest.mark.parametrize(
    ("date", "seconds"),
    [
        ("Thu, 01 Jan 1970 00:01:00 GMT", 60.0),
        ("Thu, 01 Jan 1970 00:01:00 -0000", 60.0),
        ("yesterday", None),
        ("", None),
        (None, None),
    ],
)
def test_a_date_is_read_or_left_alone(date: str | None, seconds: float | None) -> None:
    reading = read_clock("Slack", date, 0.0)
    assert (reading and reading.theirs) == seconds
    assert check_clock(reading).verdict is (Verdict.FINE if reading else Verdict.UNKNOWN)
