"""The GLM API: is its host reachable, and is the API key accepted. Buys nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final

import httpx

from glm_slackbot.app.doctor.clock import Reading, read_clock
from glm_slackbot.app.doctor.encryption import is_any_saved
from glm_slackbot.app.doctor.finding import Finding, failed, fine, unknown
from glm_slackbot.app.network import Network
from glm_slackbot.app.settings import Settings
from glm_slackbot.domain.image_models import Provider
from glm_slackbot.glm.client import ApiKey, GLMImageClient
from glm_slackbot.glm.errors import GLMError, Kind
from glm_slackbot.glm.http import open_http
from glm_slackbot.observe import redact

SECONDS: Final = 10.0
VARIABLE: Final = {Provider.BIGMODEL: "ZHIPU_API_KEY", Provider.ZAI: "ZAI_API_KEY"}
_CONSOLE: Final = {
    Provider.BIGMODEL: "https://open.bigmodel.cn/usercenter/apikeys",
    Provider.ZAI: "https://z.ai/manage-apikey/apikey-list",
}


async def check_glm(
    settings: Settings, network: Network, now: Callable[[], float]
) -> tuple[Finding, Reading | None]:
    """A finding on host and API key, and what time the host has."""
    if settings.zhipu_api_key and settings.zai_api_key:
        return unknown("glm", "not checked: ZHIPU_API_KEY and ZAI_API_KEY are both set"), None
    if settings.api_key is None:
        return await _no_api_key(settings), None
    try:
        return await _try(settings.api_key, network, now)
    except (OSError, ValueError, ImportError, httpx.InvalidURL) as fault:
        # Raised before any request: a proxy or a file of certificates that cannot be used.
        words = f"no connection can be set up ({type(fault).__name__})"
        return failed("glm", words, "correct HTTPS_PROXY or SSL_CERT_FILE"), None


async def _no_api_key(settings: Settings) -> Finding:
    if settings.is_oauth:
        return unknown("glm", "not checked: each workspace sets its own API key")
    if await is_any_saved(settings):
        words = "not checked: the API key was set in Slack, where Test on Home tries it"
        return unknown("glm", words)
    return failed(
        "glm",
        "no API key: the bot starts, and tells people that an admin must set one",
        f"set one on the bot's Home tab, or ZHIPU_API_KEY ({_CONSOLE[Provider.BIGMODEL]}) "
        f"or ZAI_API_KEY ({_CONSOLE[Provider.ZAI]})",
    )


async def _try(
    api_key: ApiKey, network: Network, now: Callable[[], float]
) -> tuple[Finding, Reading | None]:
    host = api_key.provider.host
    readings: list[Reading | None] = []

    async def note_time(response: httpx.Response) -> None:
        readings.append(read_clock(host, response.headers.get("Date"), now()))

    async with open_http(network.glm_transport and network.glm_transport()) as http:
        http.event_hooks["response"].append(note_time)
        finding = await _probe(GLMImageClient(http, api_key), api_key.provider)
    return finding, next(iter(readings), None)


async def _probe(client: GLMImageClient, provider: Provider) -> Finding:
    try:
        async with asyncio.timeout(SECONDS):
            await client.probe()
    except TimeoutError:
        return _unreachable(provider, f"no answer within {SECONDS:.0f} s")
    except GLMError as error:
        return _refused(provider, error)
    return fine("glm", f"{provider.host} accepts {VARIABLE[provider]}")


def _unreachable(provider: Provider, reason: str) -> Finding:
    mend = f"let this machine reach https://{provider.host} (see HTTPS_PROXY, SSL_CERT_FILE)"
    return failed("glm", f"{provider.host}: {reason}", mend)


def _refused(provider: Provider, error: GLMError) -> Finding:
    words = redact(str(error))
    if error.passing and error.status is None:
        return _unreachable(provider, words)
    if error.passing:
        return failed("glm", f"{provider.host}: {words}", "try again in some minutes")
    other = Provider.ZAI if provider is Provider.BIGMODEL else Provider.BIGMODEL
    mend = f"look at the account at {_CONSOLE[provider]}"
    if error.kind is Kind.API_KEY_REFUSED:
        mend = (
            f"copy the API key anew from {_CONSOLE[provider]}; "
            f"one that is {other.host}'s belongs into {VARIABLE[other]}"
        )
    return failed("glm", f"{provider.host} does not accept {VARIABLE[provider]} ({words})", mend)
