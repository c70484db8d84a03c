"""Fetches a made image: link to file, in pieces, so that no image is ever whole in memory.

The query string of a link is a secret: requests carry it as a ``QuietUrl``, so that no log line
and no exception of the HTTP libraries can hold it.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import ExitStack
from pathlib import Path
from typing import BinaryIO, Final

import httpx
import structlog

from glm_slackbot.glm.download_errors import DownloadError, DownloadKind
from glm_slackbot.glm.links import KNOWN_IMAGE_HOSTS, check_link
from glm_slackbot.glm.quiet_url import QuietUrl
from glm_slackbot.glm.spool import SpooledImage, inspect_image, new_spool_file

BYTE_LIMIT: Final = 30_000_000
REDIRECT_LIMIT: Final = 3
PIECE: Final = 128 * 1024
ATTEMPT_S: Final = 120.0
# A fresh link may answer 404 for some seconds; in all these are 30 s.
PAUSES_S: Final = (0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 6.0)
PATIENCE_S: Final = 90.0  # with the time that slow attempts take

Sleep = Callable[[float], Awaitable[object]]
OnBytes = Callable[[int, int | None], None]
"""Hears how many bytes are there, and of how many, where that was announced."""
_log = structlog.get_logger()


class _PassingFault(Exception):
    """This attempt failed in a way that the next one may not."""

    def __init__(self, error: DownloadError) -> None:
        super().__init__(error)
        self.error = error


def _unheard(_done: int, _total: int | None) -> None:
    """Nobody wants to know."""


async def fetch_image(
    http: httpx.AsyncClient,
    url: str,
    folder: Path,
    *,
    sleep: Sleep = asyncio.sleep,
    on_bytes: OnBytes = _unheard,
) -> SpooledImage:
    """Fetch the image behind a link into a new file in ``folder``.

    A link that is not there yet, a lost connection and a server's fault are tried again for
    about 30 s. Raises DownloadError, and OSError where the disk is full; no file is left then.
    """
    link = check_link(url)
    if link.host not in KNOWN_IMAGE_HOSTS:
        _log.info("unknown image host", host=link.host)
    started = time.monotonic()
    pauses = iter(PAUSES_S)
    while True:
        try:
            return await _attempt(http, link, folder, on_bytes)
        except _PassingFault as fault:
            pause = next(pauses, None)
            if pause is None or time.monotonic() - started > PATIENCE_S:
                raise fault.error from None
        await sleep(pause)


async def _attempt(
    http: httpx.AsyncClient, link: httpx.URL, folder: Path, on_bytes: OnBytes
) -> SpooledImage:
    try:
        async with asyncio.timeout(ATTEMPT_S):
            return await _fetch(http, link, folder, on_bytes)
    except (httpx.HTTPError, TimeoutError) as fault:
        words = f"{link.host}: {type(fault).__name__}"
        raise _PassingFault(DownloadError(DownloadKind.UNREACHABLE, words)) from None


async def _fetch(
    http: httpx.AsyncClient, link: httpx.URL, folder: Path, on_bytes: OnBytes
) -> SpooledImage:
    response = await _open(http, link)
    try:
        _judge(response)
        return await _spool(response, folder, on_bytes)
    finally:
        await response.aclose()


async def _open(http: httpx.AsyncClient, link: httpx.URL) -> httpx.Response:
    """The answer at the end of at most three redirects, each judged like the link itself."""
    for _ in range(REDIRECT_LIMIT + 1):
        request = http.build_request("GET", link)
        request.url = QuietUrl(link)
        response = await http.send(request, stream=True, auth=None, follow_redirects=False)
        if not response.has_redirect_location:
            return response
        await response.aclose()
        link = check_link(response.headers["location"], base=link)
    raise DownloadError(DownloadKind.UNSAFE_LINK, f"more than {REDIRECT_LIMIT} redirects")


def _judge(response: httpx.Response) -> None:
    status = response.status_code
    words = f"{response.request.url.host} answered {status}"
    if status == 404:
        raise _PassingFault(DownloadError(DownloadKind.GONE, words))
    if status in (408, 429) or status >= 500:
        raise _PassingFault(DownloadError(DownloadKind.UNREACHABLE, words))
    if status != 200:
        raise DownloadError(DownloadKind.GONE, words)
    announced = _announced(response)
    if announced is not None and announced > BYTE_LIMIT:
        raise DownloadError(DownloadKind.TOO_LARGE, f"{announced} bytes")


def _announced(response: httpx.Response) -> int | None:
    words = response.headers.get("content-length", "")
    return int(words) if words.isdecimal() else None


async def _spool(response: httpx.Response, folder: Path, on_bytes: OnBytes) -> SpooledImage:
    with ExitStack() as on_failure:
        path, file = new_spool_file(folder)
        on_failure.callback(path.unlink, missing_ok=True)
        with file:
            await _copy(response, file, on_bytes)
        image = await asyncio.to_thread(inspect_image, path)
        on_failure.pop_all()
        return image


async def _copy(response: httpx.Response, file: BinaryIO, on_bytes: OnBytes) -> None:
    written, announced = 0, _announced(response)
    on_bytes(written, announced)
    async for piece in response.aiter_raw(PIECE):
        written += len(piece)
        if written > BYTE_LIMIT:
            raise DownloadError(DownloadKind.TOO_LARGE, f"more than {BYTE_LIMIT} bytes")
        await asyncio.to_thread(_write_all, file, piece)
        on_bytes(written, announced)


def _write_all(file: BinaryIO, piece: bytes) -> None:
    rest = memoryview(piece)
    while rest:
        rest = rest[file.write(rest) :]
