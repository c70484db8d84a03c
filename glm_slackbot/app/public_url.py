"""The address at which Slack and browsers reach the bot."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import urlsplit

INSTALL_PATH: Final = "/slack/install"
REDIRECT_PATH: Final = "/slack/oauth_redirect"

_HOST: Final = re.compile(r"(?=.{1,253}$)([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z0-9-]*[a-z0-9]")


class BadUrl(ValueError):
    """The address for Slack cannot be used; the message says why."""


def check_url(url: str) -> str:
    """The address without a slash at its end. Raises BadUrl."""
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError as error:
        raise BadUrl("it cannot be read; it looks like https://bot.example.com") from error
    if parts.scheme != "https":
        raise BadUrl("Slack sends to https only; it looks like https://bot.example.com")
    if not _HOST.fullmatch(parts.hostname or ""):
        raise BadUrl("it names no public host; it looks like https://bot.example.com")
    host = parts.hostname if port is None else f"{parts.hostname}:{port}"
    if parts.netloc.lower() != host or parts.path not in ("", "/") or parts.query or parts.fragment:
        raise BadUrl(f"give scheme and host only, https://{host}: the path is added to it")
    return f"https://{host}"
