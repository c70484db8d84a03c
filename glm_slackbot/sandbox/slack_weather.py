"""Planned trouble: what Slack's methods answer when they do not do as they are told."""

from __future__ import annotations

import json
from collections import defaultdict, deque
from dataclasses import dataclass, field, replace
from typing import Any

LOGIN_PAGE = "<!DOCTYPE html><html><body>Something went wrong</body></html>"


@dataclass(frozen=True)
class Trouble:
    """One planned answer; `after` means that the work is done all the same, and then hidden.

    `status` None with `drops` cuts the connection; with neither the work goes on after `seconds`.
    """

    status: int | None = None
    body: str = ""
    content_type: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0
    drops: bool = False
    after: bool = False

    def afterwards(self) -> Trouble:
        """The same trouble once the work is done: the caller cannot know that it was."""
        return replace(self, after=True)


def error(code: str, *, retry_after: int | None = None, **more: Any) -> Trouble:
    """An `ok: false` answer; with `retry_after` seconds a 429 with its header."""
    body = json.dumps({"ok": False, "error": code, **more})
    if retry_after is None:
        return Trouble(200, body)
    return Trouble(429, body, headers={"Retry-After": str(retry_after)})


def html(status: int = 502) -> Trouble:
    """A proxy's page in place of Slack's JSON."""
    return Trouble(status, LOGIN_PAGE, "text/html")


def broken_json() -> Trouble:
    """A 200 that calls itself JSON and is not."""
    return Trouble(200, '{"ok": tr')


def status(code: int) -> Trouble:
    """A bare HTTP status."""
    return Trouble(code, "", "text/plain")


def drop() -> Trouble:
    """The connection is cut before anything is done."""
    return Trouble(drops=True)


def slow(seconds: float) -> Trouble:
    """The work is done, late."""
    return Trouble(seconds=seconds)


class Weather:
    """Plans by method name; also `upload`, `response_url` and `download`."""

    def __init__(self) -> None:
        self._next: dict[str, deque[Trouble]] = defaultdict(deque)
        self._always: dict[str, Trouble] = {}

    def next(self, method: str, *troubles: Trouble) -> None:
        """The next calls of a method meet these, one each."""
        self._next[method].extend(troubles)

    def always(self, method: str, trouble: Trouble) -> None:
        """Every call of a method meets this until `clear`."""
        self._always[method] = trouble

    def clear(self, method: str | None = None) -> None:
        """Fair weather, for one method or all."""
        if method is None:
            self._next.clear()
            self._always.clear()
        else:
            self._next.pop(method, None)
            self._always.pop(method, None)

    def take(self, method: str) -> Trouble | None:
        """What this call meets."""
        waiting = self._next.get(method)
        return waiting.popleft() if waiting else self._always.get(method)
