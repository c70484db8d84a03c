"""The one session for all calls to Slack."""

from __future__ import annotations

from typing import Final
from urllib.request import getproxies, proxy_bypass

import aiohttp

TOTAL_S: Final = 30.0
CONNECT_S: Final = 10.0
CONNECTIONS_A_HOST: Final = 50
_SLACK: Final = "slack.com"


def open_slack_session(connector: aiohttp.BaseConnector | None = None) -> aiohttp.ClientSession:
    """A session that keeps no cookie, so that workspaces share nothing but connections.

    ``SSL_CERT_FILE`` (read by OpenSSL), ``HTTPS_PROXY`` and ``NO_PROXY`` count, unless a connector
    is given: that one knows its own road. Open it inside the running loop; close it after use.
    """
    # Not trust_env: it reads ~/.netrc too, and an entry for Slack there breaks every call.
    return aiohttp.ClientSession(
        connector=connector or aiohttp.TCPConnector(limit_per_host=CONNECTIONS_A_HOST),
        proxy=None if connector else _proxy(),
        timeout=aiohttp.ClientTimeout(total=TOTAL_S, sock_connect=CONNECT_S),
        cookie_jar=aiohttp.DummyCookieJar(),
    )


def _proxy() -> str | None:
    return None if proxy_bypass(_SLACK) else getproxies().get("https")
