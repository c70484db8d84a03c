"""This machine's clock against the Date header of whoever answered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

from glm_slackbot.app.doctor.finding import Finding, failed, fine, unknown

MOST_SECONDS: Final = 120.0
"""Well within the 5 minutes after which the front door takes requests of Slack's for old ones."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A server's time beside ours, taken when its answer came; seconds since 1970."""

    server: str
    theirs: float
    ours: float


def read_clock(server: str, date: str | None, ours: float) -> Reading | None:
    """A reading from a Date header, or None where there is none that can be read."""
    try:
        moment = parsedate_to_datetime(date or "")
    except ValueError:
        return None
    aware: datetime = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return Reading(server, aware.timestamp(), ours)


def check_clock(*readings: Reading | None) -> Finding:
    """By the first that answered."""
    reading = next((one for one in readings if one is not None), None)
    if reading is None:
        return unknown("clock", "not checked: neither Slack nor GLM told the time")
    ahead = reading.ours - reading.theirs
    if abs(ahead) <= MOST_SECONDS:
        return fine("clock", f"agrees with {reading.server} to {max(1, round(abs(ahead)))} s")
    way = "ahead of" if ahead > 0 else "behind"
    return failed(
        "clock",
        f"{abs(ahead):.0f} s {way} {reading.server}: beyond 300 s Slack's requests are refused",
        "`timedatectl set-ntp true`, or set the host's clock",
    )
