"""The session itself, and connections that break."""

from __future__ import annotations

import asyncio
import subprocess
import sys

import httpx
import pytest
from proxying import refusing_proxy

from glm_slackbot.glm import (
    ApiKey,
    GLMError,
    GLMImageClient,
    ImageOrder,
    Kind,
    Provider,
    client,
    open_http,
)


class Breaks(httpx.AsyncBaseTransport):
    """Raises the given fault on every request."""

    def __init__(self, fault: Exception) -> None:
        self._fault = fault

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        raise self._fault


class Hangs(httpx.AsyncBaseTransport):
    """Never answers."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        await asyncio.Event().wait()
        raise AssertionError


async def failure_over(transport: httpx.AsyncBaseTransport, order: ImageOrder) -> GLMError:
    async with open_http(transport) as http:
        with pytest.raises(GLMError) as caught:
            await GLMImageClient(http, ApiKey(Provider.ZAI, "id.secret")).submit(order)
    return caught.value


@pytest.mark.parametrize(
    ("fault", "kind", "billed"),
    [
        (httpx.ConnectError("refused"), Kind.UNREACHABLE, False),
        (httpx.ReadTimeout(""), Kind.LOST, True),
        (httpx.WriteError("reset"), Kind.LOST, True),
    ],
)
async def test_a_broken_connection_is_told_by_whether_it_ever_stood(
    order: ImageOrder, fault: Exception, kind: Kind, billed: bool
) -> None:
    failure = await failure_over(Breaks(fault), order)
    assert (failure.kind, failure.may_have_billed) == (kind, billed)
    assert failure.safe_to_send_again is not billed


async def test_an_answer_that_never_comes_is_lost_after_the_allowed_time(
    order: ImageOrder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "GENERATION_S", -client.CONNECT_S)
    failure = await failure_over(Hangs(), order)
    assert (failure.kind, failure.may_have_billed) == (Kind.LOST, True)


async def test_the_session_reads_the_certificates_named_by_the_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", "no/such/file.pem")
    with pytest.raises(FileNotFoundError):
        open_http()


async def test_the_session_goes_through_the_proxy_named_by_the_environment(
    order: ImageOrder, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with refusing_proxy(monkeypatch) as asked, open_http() as http:
        with pytest.raises(GLMError) as caught:
            await GLMImageClient(http, ApiKey(Provider.ZAI, "id.secret")).submit(order)
    assert caught.value.kind is Kind.UNREACHABLE
    assert asked == [b"CONNECT api.z.ai:443 HTTP/1.1"]


def test_the_glm_floor_loads_nothing_of_slack_and_no_database() -> None:
    program = (
        "import sys, glm_slackbot.glm; "
        "print([name for name in sys.modules if name.split('.')[0] in "
        "('slack_bolt', 'slack_sdk', 'sqlalchemy', 'aiohttp', 'PIL', 'pydantic')])"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert ran.stdout.strip() == b"[]"
