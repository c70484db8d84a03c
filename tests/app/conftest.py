"""A place for the rows, and an environment in which nothing is set."""

from __future__ import annotations

import os
from pathlib import Path

import pytest


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'bot.db'}"


@pytest.fixture
def nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """An environment without our variables, in a folder without .env."""
    monkeypatch.chdir(tmp_path)
    for name in list(os.environ):
        if name.startswith(("GLM_SLACKBOT_", "SLACK_", "ZHIPU_", "ZAI_")):
            monkeypatch.delenv(name)
    for name in ("DATABASE_URL", "PORT", "DYNO"):
        monkeypatch.delenv(name, raising=False)
