"""A workspace's past: thousands of requests, written as rows at once.

python tests/benchmarks/history.py DATABASE_URL COUNT NOW
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert

from glm_slackbot.domain.job import JobStatus, Outcome
from glm_slackbot.storage.address import parse_database_url
from glm_slackbot.storage.database import Database
from glm_slackbot.storage.migrations import migrate
from glm_slackbot.storage.tables import images, jobs

MONTH = 20 * 24 * 3600.0
"""Seconds over which the requests are spread."""
FAILED = 7
"""Every so manieth ended without an image."""
ERRORS = ("glm.policy", "glm.balance", "glm.busy", "setup.invite_bot", "quota.budget_reached")
PRICE = 100_000


@dataclass(frozen=True)
class Past:
    """Who asked for what, where, until when."""

    now: float
    team_id: str = "T0SANDBOX"
    people: Sequence[str] = tuple(f"U{n:04}" for n in range(40))
    channels: Sequence[str] = tuple(f"C{n:08}" for n in range(30))
    prompt: str = "a cyberpunk city in the rain, neon signs, low light"
    first: int = 0


async def write_history(database: Database, count: int, past: Past) -> None:
    """So many requests, most of them with their image; all at rest."""
    job_rows = [_job(past, n, count) for n in range(past.first, past.first + count)]
    image_rows = [_image(row) for row in job_rows]
    async with database.write() as connection:
        for batch in _batches(job_rows):
            await connection.execute(insert(jobs), batch)
        for batch in _batches(image_rows):
            await connection.execute(insert(images), batch)


def _batches(rows: Sequence[dict[str, Any]], size: int = 2000) -> Iterator[Sequence[Any]]:
    return (rows[start : start + size] for start in range(0, len(rows), size))


def _job(past: Past, n: int, count: int) -> dict[str, Any]:
    at = past.now - MONTH * (count - n % count) / count
    failed = n % FAILED == 0
    error = {"class": "SetupError", "text_id": ERRORS[n // FAILED % len(ERRORS)], "params": {}}
    channel = past.channels[n % len(past.channels)]
    return {
        "id": f"past{n:08}",
        "dedupe_key": f"past:{n}",
        "origin_kind": "command",
        "workspace_id": past.team_id,
        "team_id": past.team_id,
        "user_id": past.people[n % len(past.people)],
        "channel_id": channel,
        "status": (JobStatus.FAILED if failed else JobStatus.DELIVERED).value,
        "created_at": at,
        "asked_at": at,
        "next_at": at,
        "delivered_at": None if failed else at + 20,
        "locale": "en",
        "api_key_id": "past",
        "prompt": past.prompt,
        "needs_prompt": False,
        "model": "glm-image",
        "width": 1728,
        "height": 960,
        "n": 1,
        "watermark": True,
        "attempt": 1,
        "closing_due": False,
        "post_channel": channel,
        "result_ts": f"{at:.6f}",
        "error": error if failed else None,
    }


def _image(job: dict[str, Any]) -> dict[str, Any]:
    is_there = job["status"] == JobStatus.DELIVERED.value
    return {
        "job_id": job["id"],
        "position": 0,
        "workspace_id": job["workspace_id"],
        "user_id": job["user_id"],
        "channel_id": job["channel_id"],
        "created_at": job["created_at"],
        "in_quota": is_there,
        "cost_micros": PRICE if is_there else 0,
        "currency": "CNY",
        "outcome": (Outcome.DELIVERED if is_there else Outcome.NOT_BOUGHT).value,
    }


async def main(url: str, count: int, now: float) -> None:
    """Write it, and say so by a line."""
    database = Database(parse_database_url(url))
    await migrate(database)
    await write_history(database, count, Past(now))
    await database.close()
    print(json.dumps({"jobs": count}), flush=True)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2]), float(sys.argv[3])))
