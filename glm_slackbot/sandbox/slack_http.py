"""Delivery by HTTP: signed requests to the app's request URL."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

import aiohttp

from glm_slackbot.sandbox.slack_errors import UsageError
from glm_slackbot.sandbox.slack_parcel import Answer, Parcel, sign

#: Slack waits this long for an answer, in seconds
ANSWER_SECONDS = 3.0


class HTTPDelivery:
    """Posts parcels to `request_url`, signed with the app's secret."""

    def __init__(self, signing_secret: str, clock: Callable[[], float]) -> None:
        self.request_url: str | None = None
        self.signing_secret = signing_secret
        self.answer_seconds = ANSWER_SECONDS
        self._clock = clock
        self._session: aiohttp.ClientSession | None = None
        self._last: tuple[bytes, dict[str, str]] | None = None

    async def deliver(self, parcel: Parcel, attempt: int = 0, reason: str = "") -> Answer:
        """One try; `attempt` above 0 carries Slack's retry headers."""
        body = parcel.body()
        headers = self.signed(body, parcel.content_type)
        if attempt:
            headers |= {"X-Slack-Retry-Num": str(attempt), "X-Slack-Retry-Reason": reason}
        self._last = (body, headers)
        return await self.post(body, headers)

    async def replay(self) -> Answer:
        """The last request once more, to the byte: its signature stays good for five minutes."""
        if self._last is None:
            raise UsageError("nothing was sent that could be replayed")
        return await self.post(*self._last)

    def signed(self, body: bytes, content_type: str) -> dict[str, str]:
        """Headers as Slack sends them for this body, now."""
        timestamp = str(int(self._clock()))
        return {
            "Content-Type": content_type,
            "X-Slack-Request-Timestamp": timestamp,
            "X-Slack-Signature": sign(self.signing_secret, body, timestamp),
            "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
        }

    async def post(self, body: bytes, headers: Mapping[str, str]) -> Answer:
        """Any body with any headers: also how a forger would call."""
        if self.request_url is None:
            raise UsageError("request_url is not set")
        start = time.perf_counter()
        try:
            async with self._open_session().post(
                self.request_url,
                data=body,
                headers=headers,
                timeout=aiohttp.ClientTimeout(total=self.answer_seconds),
            ) as response:
                text = await response.text(errors="replace")
                return Answer(response.status, text, time.perf_counter() - start)
        except TimeoutError:
            return Answer(None, "", time.perf_counter() - start, "operation_timeout")
        except aiohttp.ClientError as broken:
            return Answer(None, str(broken), time.perf_counter() - start, "dispatch_failed")

    async def close(self) -> None:
        """Ends the connections to the app."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    def _open_session(self) -> aiohttp.ClientSession:
        if self._session is None:
            # A connection kept from before a restart would lose the first request after it.
            connector = aiohttp.TCPConnector(limit=0, force_close=True)
            self._session = aiohttp.ClientSession(connector=connector)
        return self._session
