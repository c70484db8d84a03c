from __future__ import annotations

import ssl

import aiohttp
import httpx
import pytest
from aiohttp import web

from glm_slackbot.sandbox.network import StandInNetwork


def app_called(name: str) -> web.Application:
    async def answer(request: web.Request) -> web.Response:
        return web.json_response({"app": name, "host": request.host, "path": request.path})

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", answer)
    return app


@pytest.fixture
async def network():
    slack, glm = app_called("slack"), app_called("glm")
    apps = {"slack.com": slack, "files.slack.com": slack, "api.z.ai": glm}
    async with StandInNetwork(apps) as network:
        yield network


@pytest.mark.parametrize(
    ("host", "app"), [("slack.com", "slack"), ("files.slack.com", "slack"), ("api.z.ai", "glm")]
)
async def test_httpx_reaches_the_stand_in_of_each_https_name(network, host, app):
    async with httpx.AsyncClient(transport=network.httpx_transport) as client:
        answer = await client.get(f"https://{host}/a")
    assert answer.json() == {"app": app, "host": host, "path": "/a"}
    assert str(answer.request.url) == f"https://{host}/a"


@pytest.mark.parametrize(
    "url", ["https://example.com/", "http://slack.com/", "https://slack.com:8443/"]
)
async def test_httpx_reaches_nothing_else(network, url):
    async with httpx.AsyncClient(transport=network.httpx_transport) as client:
        with pytest.raises(httpx.ConnectError):
            await client.get(url)


async def test_aiohttp_reaches_the_stand_in_and_sends_the_https_name(network):
    async with (
        aiohttp.ClientSession(connector=network.slack_connector()) as session,
        session.get("https://files.slack.com/upload") as answer,
    ):
        assert (await answer.json())["host"] == "files.slack.com"


async def test_aiohttp_resolves_no_other_name(network):
    async with aiohttp.ClientSession(connector=network.slack_connector()) as session:
        with pytest.raises(aiohttp.ClientConnectorDNSError):
            await session.get("https://example.com/")


async def test_a_client_without_our_trust_refuses_the_certificate(network):
    port = network.routes.ports["slack.com"]
    async with httpx.AsyncClient(verify=ssl.create_default_context()) as client:
        with pytest.raises(httpx.ConnectError, match="CERTIFICATE_VERIFY_FAILED"):
            await client.get(f"https://127.0.0.1:{port}/")


async def test_the_network_gives_no_routes_once_it_is_down():
    network = StandInNetwork({"slack.com": app_called("slack")})
    with pytest.raises(RuntimeError, match="not up"):
        _ = network.routes


async def test_a_name_that_is_unreachable_is_so_before_anything_is_sent(network):
    network.unreachable = {"api.z.ai"}
    async with httpx.AsyncClient(transport=network.httpx_transport) as client:
        with pytest.raises(httpx.ConnectError):
            await client.post("https://api.z.ai/a")
        assert (await client.get("https://slack.com/a")).status_code == 200
    network.unreachable = ()
    async with httpx.AsyncClient(transport=network.httpx_transport) as client:
        assert (await client.post("https://api.z.ai/a")).status_code == 200
