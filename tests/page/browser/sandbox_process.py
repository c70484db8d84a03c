"""The real command, ``glm-slackbot sandbox --page``, as a process of its own."""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from warm_asyncio import WarmProcess, start_warm

START_SECONDS = 30.0
END_SECONDS = 15.0
COMMAND = ("sandbox", "--page", "--no-browser", "--port", "0")


@asynccontextmanager
async def sandbox_running() -> AsyncIterator[str]:
    """The page's address."""
    process = await start_warm(COMMAND, os.environ, Path.cwd(), life="page", stderr=2)
    try:
        yield await asyncio.wait_for(_address(process), START_SECONDS)
    finally:
        if process.returncode is None:
            process.terminate()
        await asyncio.wait_for(process.communicate(), END_SECONDS)


async def _address(process: WarmProcess) -> str:
    assert process.stdout is not None
    line = (await process.stdout.readline()).decode()
    found = re.search(r"http://127\.0\.0\.1:\d+/", line)
    assert found, f"the command said {line!r} and no address"
    return found[0]
