"""A real server on loopback, and a client whose https names lead to it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest
from aiohttp.test_utils import TestServer

from glm_slackbot.glm import ApiKey, GLMImageClient, ImageOrder, Provider, Size, open_http
from glm_slackbot.sandbox.glm_api import TEST_API_KEYS, GLMStandIn
from glm_slackbot.sandbox.glm_weather import Weather


class RoadTo(httpx.AsyncBaseTransport):
    """Leads every https name to one plain port; the Host header stays as it was."""

    def __init__(self, server: TestServer) -> None:
        self._port = server.port
        self._inner = httpx.AsyncHTTPTransport()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        assert request.url.scheme == "https"
        led = httpx.Request(
            request.method,
            request.url.copy_with(scheme="http", host="127.0.0.1", port=self._port),
            headers=request.headers,
            stream=request.stream,
            extensions=request.extensions,
        )
        return await self._inner.handle_async_request(led)

    async def aclose(self) -> None:
        await self._inner.aclose()


@pytest.fixture
def glm() -> GLMStandIn:
    return GLMStandIn(weather=Weather(seconds=0.0))


@pytest.fixture
async def http(glm: GLMStandIn) -> AsyncIterator[httpx.AsyncClient]:
    async with TestServer(glm.web_app()) as server, open_http(RoadTo(server)) as session:
        yield session


@pytest.fixture
def client(http: httpx.AsyncClient) -> GLMImageClient:
    return client_at(http, Provider.BIGMODEL)


def client_at(http: httpx.AsyncClient, provider: Provider) -> GLMImageClient:
    return GLMImageClient(http, ApiKey(provider, TEST_API_KEYS[provider]))


@pytest.fixture
def order() -> ImageOrder:
    return ImageOrder("glm-image", "a fox", Size(1280, 1280))


@pytest.fixture
def zai_client(http: httpx.AsyncClient) -> GLMImageClient:
    return client_at(http, Provider.ZAI)
