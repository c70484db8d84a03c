"""How the two clients reach the world. Only code can pass another road: no setting does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import aiohttp
import httpx


@dataclass(frozen=True, slots=True)
class Network:
    """None is the real network; the sandbox and the tests pass roads to the stand-ins."""

    glm_transport: Callable[[], httpx.AsyncBaseTransport] | None = None
    slack_connector: Callable[[], aiohttp.BaseConnector] | None = None
