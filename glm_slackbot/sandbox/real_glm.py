"""``sandbox --real``: the stand-in Slack stays, and every other name is the real network's."""

from __future__ import annotations

from collections.abc import Collection

import httpx

from glm_slackbot.glm.http import open_http


class RealButSlack(httpx.AsyncBaseTransport):
    """Slack's names lead to the stand-in; image bytes go up by this transport, too."""

    def __init__(self, slack_hosts: Collection[str], stand_in: httpx.AsyncBaseTransport) -> None:
        self._slack_hosts = frozenset(slack_hosts)
        self._stand_in = stand_in
        self._real = open_http()  # a client, for a bare transport would ignore HTTPS_PROXY

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if request.url.host in self._slack_hosts:
            return await self._stand_in.handle_async_request(request)
        return await self._real.send(request, stream=True)

    async def aclose(self) -> None:
        await self._stand_in.aclose()
        await self._real.aclose()
