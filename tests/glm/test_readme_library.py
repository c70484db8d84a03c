"""The README's library example: run as it stands there, by the provider's real names, and typed."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator
from importlib import resources
from pathlib import Path

import pytest
from PIL import Image
from roads import road_to

import glm_slackbot
from glm_slackbot.domain.image_models import Provider
from glm_slackbot.sandbox.glm_api import TEST_API_KEYS, GLMStandIn
from glm_slackbot.sandbox.glm_weather import error, lost_after_billing
from glm_slackbot.sandbox.network import StandInNetwork

ROOT = Path(glm_slackbot.__file__).parents[1]
README = Path(__file__).parents[2] / "README.md"
STRANGER = Path(__file__).with_name("stranger.py")


@pytest.fixture
async def road(glm: GLMStandIn, tmp_path: Path) -> AsyncIterator[dict[str, str]]:
    apps = dict.fromkeys(glm.hosts, glm.web_app())
    async with StandInNetwork(apps) as network, road_to(network.routes, tmp_path) as variables:
        yield variables


async def test_the_example_draws_a_fox(
    glm: GLMStandIn, road: dict[str, str], tmp_path: Path
) -> None:
    assert await _run_example(road, tmp_path) == "saved fox.png"

    [bought] = glm.purchases
    assert (bought.provider, bought.prompt) == (Provider.ZAI, "a fox in the snow")
    with Image.open(tmp_path / "fox.png") as image:
        assert image.size == (1728, 960)


async def test_the_example_tells_what_may_be_charged(
    glm: GLMStandIn, road: dict[str, str], tmp_path: Path
) -> None:
    glm.weather.next(error("1113"), lost_after_billing())

    refused, lost = [await _run_example(road, tmp_path) for _ in range(2)]

    assert refused == "balance: code 1113: insufficient balance, please recharge (not charged)"
    assert lost.startswith("lost: ")
    assert lost.endswith("(perhaps charged)")
    assert len(glm.purchases) == 1


def test_the_example_and_a_strangers_program_pass_mypy_strict(tmp_path: Path) -> None:
    pytest.importorskip("mypy", reason="mypy is in the extra dev")
    (tmp_path / "example.py").write_text(_block(), "utf-8")
    shutil.copy(STRANGER, tmp_path)
    # By PYTHONPATH, or as installed: without py.typed mypy would know nothing of it.
    checked = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "example.py", "stranger.py"],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.stdout == "Success: no issues found in 2 source files\n"


def test_the_package_says_that_it_is_typed() -> None:
    assert resources.files("glm_slackbot").joinpath("py.typed").is_file()


async def _run_example(road: dict[str, str], folder: Path) -> str:
    """What it prints, as a program of its own that finds the stand-ins by its environment."""
    (folder / "example.py").write_text(_block(), "utf-8")
    example = await asyncio.create_subprocess_exec(
        sys.executable,
        "-W",
        "error",
        "example.py",
        cwd=folder,
        env=road | {"PYTHONPATH": str(ROOT), "ZAI_API_KEY": TEST_API_KEYS[Provider.ZAI]},
        stdout=asyncio.subprocess.PIPE,
    )
    printed, _ = await example.communicate()
    return printed.decode().strip()


def _block() -> str:
    words = README.read_text(encoding="utf-8")
    block = re.search(r"test_readme_library\.py.*?```python\n(.*?)```", words, re.DOTALL)
    assert block is not None
    return block[1]
