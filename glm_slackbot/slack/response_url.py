"""Answers by a response URL: five times within thirty minutes, also where the bot is no member."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import aiohttp
import structlog

from glm_slackbot.domain.errors import UpstreamError
from glm_slackbot.slack.errors import UNREACHABLE

YOUNG_S: Final = 29 * 60.0
"""A minute less than Slack says: a URL older than this is not tried."""

_log = structlog.get_logger()


async def respond(
    session: aiohttp.ClientSession,
    url: str,
    message: Mapping[str, object],
    *,
    replace_original: bool = False,
) -> None:
    """Send a message that only the asker sees. Raises BotError.

    Replacing works for the URL of a button's press only; a command's makes a new message always.
    Sent once: a second time could show twice, and would spend another of the five.
    """
    body = {
        **message,
        "response_type": "ephemeral",
        "replace_original": replace_original,
    }
    try:
        async with session.post(url, json=body, allow_redirects=False) as response:
            status = response.status
            await response.read()  # else the connection is not used again
    except (aiohttp.ClientError, TimeoutError, ValueError) as fault:
        _log.info("response_url_unreachable", fault=type(fault).__name__)
        raise UpstreamError(UNREACHABLE) from None
    if status != 200:
        _log.info("response_url_refused", status=status)
        raise UpstreamError(UNREACHABLE)
