"""Fixtures for tests that kill."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from databases import PostgresServer, postgres_running

from glm_slackbot.storage.address import PostgresAddress

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


@pytest.fixture
async def patient_town(nursery: subprocess.Popen[str], tmp_path: Path) -> AsyncIterator[Town]:
    """A town where a bot that stops has some seconds of ours for what it has ordered."""
    async with open_town(nursery, tmp_path / "town", speed=3.0) as opened:
        yield opened


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A PostgreSQL server."""
    with postgres_running() as server:
        yield server


@pytest.fixture
async def postgres_addresses(postgres: PostgresServer) -> AsyncIterator[list[PostgresAddress]]:
    """Four databases with our tables, so that as many towns can live at a time."""
    addresses = [await postgres.migrated() for _ in range(4)]
    yield addresses
    for address in addresses:
        await postgres.drop(address)
