"""Which links to an image may be followed: public https names, judged by their name alone."""

from __future__ import annotations

import re
from typing import Final

import httpx

from glm_slackbot.glm.download_errors import DownloadError, DownloadKind

# Hosts that the provider was seen to use. Others may come: they are noted, not refused.
KNOWN_IMAGE_HOSTS: Final = frozenset(
    {
        "mfile.z.ai",
        "sfile.chatglm.cn",
        "aigc-files.bigmodel.cn",
        "maas-watermark-prod.cn-wlcb.ufileos.com",
        "maas-watermark-prod-new.cn-wlcb.ufileos.com",
    }
)

_LOCAL_ENDINGS: Final = frozenset({"localhost", "localdomain", "local", "internal"})
_PUBLIC_NAME: Final = re.compile(r"(?:[a-z0-9_-]{1,63}\.)+[a-z0-9-]{1,63}")
# A last label like this makes resolvers read the whole as an IPv4 address: 127.1, 0x7f.0x1
_NUMBER: Final = re.compile(r"[0-9]+|0x[0-9a-f]*")


def check_link(link: str, base: httpx.URL | None = None) -> httpx.URL:
    """The link as a URL that may be fetched; ``base`` resolves a redirect. Raises DownloadError."""
    try:
        url = httpx.URL(link) if base is None else base.join(link)
    except (httpx.InvalidURL, ValueError):
        raise DownloadError(DownloadKind.UNSAFE_LINK, "not a URL") from None
    if url.scheme != "https" or url.userinfo or url.port == 0 or (url.port or 0) > 65535:
        raise DownloadError(DownloadKind.UNSAFE_LINK, "not a plain https link")
    if not is_public_name(url.raw_host.decode("ascii", "replace")):
        raise DownloadError(DownloadKind.UNSAFE_LINK, "its host is not a public name")
    return url


def is_public_name(host: str) -> bool:
    """Whether this is a DNS name that could be public; no address in any spelling is."""
    name = host.lower().removesuffix(".")
    if len(name) > 253 or not _PUBLIC_NAME.fullmatch(name):
        return False
    last_label = name.rpartition(".")[2]
    return last_label not in _LOCAL_ENDINGS and not _NUMBER.fullmatch(last_label)
