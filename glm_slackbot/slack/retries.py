"""When a call to Slack is sent again: after 429, a server's fault, a lost connection."""

from __future__ import annotations

import asyncio
import random
from typing import Final

from aiohttp import ClientConnectorError
from slack_sdk.http_retry.async_handler import AsyncRetryHandler
from slack_sdk.http_retry.builtin_async_handlers import AsyncConnectionErrorRetryHandler
from slack_sdk.http_retry.builtin_interval_calculators import FixedValueRetryIntervalCalculator
from slack_sdk.http_retry.request import HttpRequest
from slack_sdk.http_retry.response import HttpResponse
from slack_sdk.http_retry.state import RetryState

from glm_slackbot.slack.errors import retry_after

LONGEST_WAIT_S: Final = 30.0
"""A longer Retry-After is not waited for: the call fails, and its caller comes back later."""
RATE_LIMIT_RETRIES: Final = 3
PAUSE_S: Final = 0.3
POSTS: Final = frozenset({"chat.postMessage", "chat.postEphemeral"})
"""Sent twice these show twice, so only what certainly did not arrive is sent again."""
UNTOLD_S: Final = 1.0
"""What a 429 without Retry-After is waited for."""
SERVER_FAULTS: Final = frozenset({500, 502, 503, 504})


def retry_rules() -> list[AsyncRetryHandler]:
    """The three rules of one client."""
    return [
        RateLimitRetry(max_retry_count=RATE_LIMIT_RETRIES),
        ServerFaultRetry(interval_calculator=FixedValueRetryIntervalCalculator(PAUSE_S)),
        ConnectionRetry(interval_calculator=FixedValueRetryIntervalCalculator(PAUSE_S)),
    ]


class RateLimitRetry(AsyncRetryHandler):
    """After 429 waits as long as Slack asks, within bounds."""

    async def _can_retry_async(
        self,
        *,
        state: RetryState,
        request: HttpRequest,
        response: HttpResponse | None = None,
        error: Exception | None = None,
    ) -> bool:
        limited = response is not None and response.status_code == 429
        return limited and _retry_after(response) <= LONGEST_WAIT_S

    async def prepare_for_next_attempt_async(
        self,
        *,
        state: RetryState,
        request: HttpRequest,
        response: HttpResponse | None = None,
        error: Exception | None = None,
    ) -> None:
        """Wait; a part of a second more, so that those who wait do not return together."""
        await asyncio.sleep(_retry_after(response) + random.random() / 2)
        state.next_attempt_requested = True
        state.increment_current_attempt()


class ServerFaultRetry(AsyncRetryHandler):
    """Once more after a server's fault, where repeating does no harm."""

    async def _can_retry_async(
        self,
        *,
        state: RetryState,
        request: HttpRequest,
        response: HttpResponse | None = None,
        error: Exception | None = None,
    ) -> bool:
        faulty = response is not None and response.status_code in SERVER_FAULTS
        return faulty and _may_repeat(request)


class ConnectionRetry(AsyncConnectionErrorRetryHandler):
    """Once more after a lost connection; a post only where none was made."""

    async def _can_retry_async(
        self,
        *,
        state: RetryState,
        request: HttpRequest,
        response: HttpResponse | None = None,
        error: Exception | None = None,
    ) -> bool:
        if not (_may_repeat(request) or isinstance(error, ClientConnectorError)):
            return False
        return await super()._can_retry_async(
            state=state, request=request, response=response, error=error
        )


def _may_repeat(request: HttpRequest) -> bool:
    return request.url.rpartition("/")[2] not in POSTS


def _retry_after(response: HttpResponse | None) -> float:
    asked = retry_after(response.headers if response else None)
    return UNTOLD_S if asked is None else asked
