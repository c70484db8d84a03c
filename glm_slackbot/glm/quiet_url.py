"""A link that is a secret, as an HTTP library may hold it: it writes such things into its log."""

from __future__ import annotations

import httpx


class QuietUrl(httpx.URL):
    """A URL that is requested whole, and written as its scheme and host alone.

    ``httpx.Request`` makes a plain URL of what it is given: set its ``url`` afterwards. What is
    derived from this one (``copy_with``, ``join``) is a plain URL.
    """

    def __str__(self) -> str:
        origin = httpx.URL(self).copy_with(userinfo=b"", raw_path=b"/", fragment=None)
        return f"{origin}…"

    def __repr__(self) -> str:
        return f"QuietUrl({str(self)!r})"

    # The inherited ones go by the written form.
    def __eq__(self, other: object) -> bool:
        return httpx.URL(self) == (httpx.URL(other) if isinstance(other, QuietUrl) else other)

    def __hash__(self) -> int:
        return hash(httpx.URL(self))

    def join(self, url: httpx.URL | str) -> httpx.URL:
        return httpx.URL(self).join(url)
