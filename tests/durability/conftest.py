"""Fixtures for tests that kill."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from .towns import Town, open_town

TESTS = Path(__file__).parents[1]


@pytest.fixture(scope="session")
def nursery() -> Iterator[subprocess.Popen[str]]:
    """The program that forks bots."""
    path = os.pathsep.join([str(TESTS), *filter(None, [os.environ.get("PYTHONPATH")])])
    with subprocess.Popen(
        [sys.executable, str(TESTS / "durability" / "nursery.py")],
        stdin=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": path},
    ) as program:
        yield program


@pytest.fixture
async def town(nursery: subprocess.Popen[str], tmp_path: Path) -> AsyncIterator[Town]:
    """Stand-ins without a bot."""
    async with open_town(nursery, tmp_path / "town") as opened:
        yield opened
