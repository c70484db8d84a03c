"""What the GLM API answered, read without trusting its shape."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Final

from glm_slackbot.glm.errors import MESSAGE_LIMIT, GLMError, Kind, kind_of_answer

RETRY_AFTER_LIMIT_S: Final = 120.0
_SHORT: Final = 100
_DIGITS: Final = re.compile("[0-9]{1,9}")


@dataclass(frozen=True, slots=True)
class GeneratedImage:
    """A made image: its link (whose query string is a secret) and what the filter said of it."""

    url: str = field(repr=False)
    content_filter_level: int | None = None
    request_id: str | None = None
    provider_created: int | None = None

    @property
    def withheld(self) -> bool:
        """Whether the filter calls it too severe to be shown (level 0 or 1)."""
        return self.content_filter_level is not None and self.content_filter_level <= 1

    @property
    def questionable(self) -> bool:
        """Whether it is to be shown with a warning (level 2)."""
        return self.content_filter_level == 2


@dataclass(frozen=True)
class Processing:
    """The task is not done yet."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One HTTP answer: payload is None where the body was no JSON object of bearable size."""

    status: int
    payload: Mapping[str, Any] | None
    headers: Mapping[str, str]
    bought: bool

    def get(self, name: str) -> Any:
        """A value at the top of the payload, or None."""
        return None if self.payload is None else self.payload.get(name)

    @property
    def request_id(self) -> str | None:
        """What the provider's support asks for."""
        named = (self.get("request_id"), self.get("id"), self.headers.get("x-log-id"))
        return next((found for value in named if (found := _short(value))), None)

    @property
    def task_status(self) -> str | None:
        """PROCESSING, SUCCESS or FAIL, where the answer is about a task."""
        status = self.get("task_status")
        return status.upper() if isinstance(status, str) else None

    @property
    def from_provider(self) -> bool:
        """Whether this is the provider's own JSON, and not that of a proxy on the way."""
        return self.task_status is not None or self.code is not None

    @property
    def code(self) -> str | None:
        """The error code; whatever odd type it has, it is a code and not nothing."""
        part = self._error_part()
        return _short(part.get("code")) if isinstance(part, dict) else None

    @property
    def message(self) -> str:
        """The provider's own words about an error, on one line of bounded length."""
        part = self._error_part()
        words = part.get("message") or part.get("msg") if isinstance(part, dict) else part
        return " ".join(words.split())[:MESSAGE_LIMIT] if isinstance(words, str) else ""

    @property
    def has_error(self) -> bool:
        """Whether the body names an error, whatever the status."""
        return bool(self._error_part())

    @property
    def filter_level(self) -> int | None:
        """The most severe content-filter level in it, whoever it is about."""
        levels = (_level(verdict.get("level")) for verdict in self._verdicts())
        return min((level for level in levels if level is not None), default=None)

    def error(self, kind: Kind | None = None) -> GLMError:
        """This answer as an exception, of this kind or of the one that its code tells."""
        return GLMError(
            kind or kind_of_answer(self.code, self.status),
            code=self.code,
            message=self.message,
            request_id=self.request_id,
            status=self.status,
            retry_after=_seconds(self.headers.get("retry-after")),
            level=self.filter_level,
            after_submission=self.bought,
        )

    def image(self, name: str) -> GeneratedImage:
        """The image under this name; raises GLMError where none is (blocked, or unreadable)."""
        url = _first_url(self.get(name))
        if url is None:
            raise self.error(Kind.POLICY if any(self._verdicts()) else Kind.LOST)
        created = self.get("created")
        return GeneratedImage(
            url=url,
            content_filter_level=self.filter_level,
            request_id=self.request_id,
            provider_created=created if isinstance(created, int) else None,
        )

    def _error_part(self) -> Any:
        if part := self.get("error"):
            return part
        # The gateway ahead of the API has a form of its own: {"code":…,"msg":…,"success":false}.
        return self.payload if self.get("success") is False else None

    def _verdicts(self) -> Iterator[dict[str, Any]]:
        """What the content filter said, in the spelling of a success and in that of a refusal."""
        for holder in (self.payload, self.get("error")):
            if isinstance(holder, dict):
                yield from _objects(holder.get("content_filter"))
                yield from _objects(holder.get("contentFilter"))


def read_json_object(body: bytes) -> dict[str, Any] | None:
    """The JSON object in a body, or None: HTML, a list, nonsense, nested beyond reason."""
    try:
        payload = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return payload if isinstance(payload, dict) else None


def _objects(value: Any) -> list[dict[str, Any]]:
    """The objects in a list of them, or the one object that stands where a list was expected."""
    items = value if isinstance(value, list) else [value]
    return [item for item in items if isinstance(item, dict) and item]


def _first_url(images: Any) -> str | None:
    urls = (image.get("url") for image in _objects(images))
    return next((url for url in urls if isinstance(url, str) and url), None)


def _level(value: Any) -> int | None:
    """A content-filter level; the provider sends numbers as digits in a string too."""
    if isinstance(value, str) and _DIGITS.fullmatch(value.strip()):
        return int(value)
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value if type(value) is int else None


def _short(value: Any) -> str | None:
    """A value as a short string, None where there is none; of an odd type only its name."""
    if value is None:
        return None
    words = str(value) if isinstance(value, (str, int, float)) else type(value).__name__
    return words.strip()[:_SHORT] or None


def _seconds(retry_after: str | None) -> float | None:
    """Seconds asked for by ``Retry-After`` (a number or a date), bounded; None if unreadable."""
    if retry_after is None:
        return None
    try:
        seconds = float(retry_after)
    except ValueError:
        seconds = _seconds_until(retry_after)
    # A NaN passes neither comparison, and is nothing to wait for.
    return max(0.0, min(seconds, RETRY_AFTER_LIMIT_S)) if seconds == seconds else None


def _seconds_until(date: str) -> float:
    try:
        moment = parsedate_to_datetime(date)
    except ValueError:
        return float("nan")
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return (aware - datetime.now(UTC)).total_seconds()
