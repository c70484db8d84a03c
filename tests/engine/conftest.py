"""The stand-in GLM, and a session that leads to it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest

from glm_slackbot.glm import open_http
from glm_slackbot.sandbox.glm_api import GLMStandIn
from glm_slackbot.sandbox.network import StandInNetwork


@pytest.fixture
def glm() -> GLMStandIn:
    stand_in = GLMStandIn()
    stand_in.weather.seconds = 0.0
    return stand_in


@pytest.fixture
async def http(glm: GLMStandIn) -> AsyncIterator[httpx.AsyncClient]:
    app = glm.web_app()
    async with (
        StandInNetwork(dict.fromkeys(glm.hosts, app)) as network,
        open_http(network.httpx_transport) as session,
    ):
        yield session
