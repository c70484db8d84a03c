"""What is wrong with the road to the world, which the libraries read from the environment."""

from __future__ import annotations

import os
import ssl
from typing import Final
from urllib.parse import urlsplit
from urllib.request import getproxies

import httpx

from glm_slackbot.app.certificate_files import certificates_mistake
from glm_slackbot.app.host_names import can_be_a_host

_PROXY_RULE: Final = "it can be http://host:port or http://user:password@host:port (or https://)"


def network_mistakes() -> list[str]:
    """One line a mistake, naming its variable; nobody is called, and no password is quoted."""
    return [*(_proxy_mistakes() or _no_proxy_mistakes()), *_certificate_mistakes()]


def _proxy_mistakes() -> list[str]:
    proxies = getproxies()
    if proxies.get("no", "").strip() == "*":
        return []
    return [
        f"{_variable(scheme)} is no proxy that can be used; {_PROXY_RULE}"
        for scheme in ("https", "http", "all")  # httpx reads all three, needed or not
        if proxies.get(scheme) and not _is_usable(proxies[scheme], scheme)
    ]


def _variable(scheme: str) -> str:
    """As it is spelt in the environment: both spellings are in use, and the small one counts."""
    small = f"{scheme}_proxy"
    return small if os.environ.get(small) else small.upper()


def _is_usable(url: str, scheme: str) -> bool:
    if "://" not in url and scheme != "https":  # the session to Slack wants it in full
        url = f"http://{url}"
    try:
        httpx.Proxy(url)
        parts = urlsplit(url)
        _ = parts.port
    except (ValueError, httpx.InvalidURL):
        return False
    return parts.scheme in ("http", "https") and can_be_a_host(parts.hostname or "")


def _no_proxy_mistakes() -> list[str]:
    try:
        httpx.AsyncClient(verify=ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT))
    except (ValueError, httpx.InvalidURL):
        return ["NO_PROXY cannot be read; it can be hosts like localhost,10.0.0.1,.example.com"]
    return []


def _certificate_mistakes() -> list[str]:
    path = os.environ.get("SSL_CERT_FILE")
    mistake = certificates_mistake(path) if path else None
    return [f"SSL_CERT_FILE: {mistake}"] if mistake else []
