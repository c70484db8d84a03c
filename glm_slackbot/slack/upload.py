"""Puts an image's bytes up: a ticket, then the bytes. Nobody sees the file before it is shared."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import BinaryIO, Final

import httpx
import structlog
from slack_sdk.web.async_client import AsyncWebClient

from glm_slackbot.domain.errors import UpstreamError
from glm_slackbot.glm.http import read_bounded
from glm_slackbot.glm.quiet_url import QuietUrl
from glm_slackbot.glm.spool import SpooledImage
from glm_slackbot.slack.ask import Answer, ask
from glm_slackbot.slack.errors import UNREACHABLE, retry_after
from glm_slackbot.slack.retries import LONGEST_WAIT_S

PIECE: Final = 256 * 1024
ANSWER_LIMIT: Final = 64 * 1024
PAUSES_S: Final = (0.5, 2.0)
ATTEMPT_S: Final = 180.0
TIMEOUT: Final = httpx.Timeout(30.0, connect=10.0, pool=10.0)
DELIVERY_FAILED: Final = "slack.delivery_failed"

Sleep = Callable[[float], Awaitable[object]]
_log = structlog.get_logger()


class _PassingFault(Exception):
    """This attempt failed in a way that the next one may not, after ``pause`` seconds or more."""

    def __init__(self, what: str, pause: float | None = None) -> None:
        super().__init__(what)
        self.pause = pause or 0.0


async def upload_file(
    client: AsyncWebClient,
    http: httpx.AsyncClient,
    spooled: SpooledImage,
    name: str,
    *,
    sleep: Sleep = asyncio.sleep,
) -> str:
    """Upload a file under a name; answers its id. Raises BotError.

    Every attempt has a ticket of its own: what became of a ticket that failed is not known.
    """
    # No alt_txt: with it Slack answers ok, and the file never appears.
    wanted = {"filename": name, "length": str(spooled.byte_count)}
    pauses = iter(PAUSES_S)
    while True:
        answer = await ask(client, "files.getUploadURLExternal", wanted, as_form=True)
        link, file_id = _ticket(answer)
        try:
            await _attempt(http, link, spooled)
            return file_id
        except _PassingFault as fault:
            _log.info("upload_failed", fault=str(fault))
            pause = next(pauses, None)
            if pause is None or fault.pause > LONGEST_WAIT_S:
                raise UpstreamError(UNREACHABLE, retry_after=fault.pause or None) from None
            pause = max(pause, fault.pause)
        await sleep(pause)


def _ticket(answer: Answer) -> tuple[httpx.URL, str]:
    try:
        link, file_id = httpx.URL(answer["upload_url"]), str(answer["file_id"])
    except (KeyError, TypeError, httpx.InvalidURL):
        raise UpstreamError(DELIVERY_FAILED) from None
    if link.scheme != "https":
        raise UpstreamError(DELIVERY_FAILED)
    return link, file_id


async def _attempt(http: httpx.AsyncClient, link: httpx.URL, spooled: SpooledImage) -> None:
    try:
        async with asyncio.timeout(ATTEMPT_S):
            status, pause = await _send(http, link, spooled)
    except (httpx.TransportError, TimeoutError) as fault:
        raise _PassingFault(type(fault).__name__) from None
    if status in (408, 429) or status >= 500:
        raise _PassingFault(f"HTTP {status}", pause)
    if status != 200:
        _log.warning("upload_refused", status=status)
        raise UpstreamError(DELIVERY_FAILED)


async def _send(
    http: httpx.AsyncClient, link: httpx.URL, spooled: SpooledImage
) -> tuple[int, float | None]:
    """The answer's status, and the seconds it asks to wait."""
    file = await asyncio.to_thread(spooled.path.open, "rb")
    with file:
        request = _request(link, spooled.byte_count, file)
        response = await http.send(request, stream=True, auth=None, follow_redirects=False)
        try:
            await read_bounded(response, ANSWER_LIMIT)
        finally:
            await response.aclose()
    return response.status_code, retry_after(response.headers)


def _request(link: httpx.URL, byte_count: int, file: BinaryIO) -> httpx.Request:
    """Built by itself, not by the session: so it carries nothing of the session's headers.

    The link is a permission to write, which no log may show.
    """
    request = httpx.Request(
        "POST",
        link,
        headers={"Content-Type": "application/octet-stream", "Content-Length": str(byte_count)},
        content=_pieces(file),
        extensions={"timeout": TIMEOUT.as_dict()},
    )
    request.url = QuietUrl(link)
    return request


async def _pieces(file: BinaryIO) -> AsyncIterator[bytes]:
    while piece := await asyncio.to_thread(file.read, PIECE):
        yield piece
