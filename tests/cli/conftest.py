"""The stand-in GLM, and the only road that the program can take."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from imagining import Program
from roads import road_to

from glm_slackbot.sandbox.glm_api import GLMStandIn
from glm_slackbot.sandbox.network import StandInNetwork


@pytest.fixture
def glm() -> GLMStandIn:
    stand_in = GLMStandIn()
    stand_in.weather.seconds = 0.05
    return stand_in


@pytest.fixture
async def imagine(glm: GLMStandIn, tmp_path: Path) -> AsyncIterator[Program]:
    app = glm.web_app()
    folder = tmp_path / "work"
    folder.mkdir()
    async with (
        StandInNetwork(dict.fromkeys(glm.hosts, app)) as network,
        road_to(network.routes, tmp_path) as road,
    ):
        yield Program(folder, road)
