"""What operators see: structured logs without secrets, and metrics without names."""

from __future__ import annotations

import logging
import re
import sys
import traceback
from collections.abc import Callable, Collection, MutableMapping
from typing import Any, Literal

import structlog
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

LogFormat = Literal["console", "json"]

BLOT = "[redacted]"

_SECRET = re.compile(
    r"(xox[a-z]-|xapp-)[\w-]+"  # Slack's tokens
    r"|\b[0-9a-f]{32}\.[0-9a-zA-Z]{8,}\b"  # an API key as issued: id.secret
    r"|(?<=Bearer )\S+"
    r"|(?<=\?)[^\s\"'<>]*(?:sign|token|ticket|expire|auth|key)[^\s\"'<>]*"  # a signed query
    r"|(?<=hooks\.slack\.com/)\S+",
    re.IGNORECASE,
)


def redact(words: str, secrets: Collection[str] = ()) -> str:
    """Words with everything that is a secret, or looks like one, blotted out."""
    for secret in secrets:
        words = words.replace(secret, BLOT)
    return _SECRET.sub(BLOT, words)


def traceback_of(fault: BaseException) -> dict[str, object]:
    """A fault for ``log.exception``, whoever has set the log up.

    In a host app that did not, structlog shows the values of all variables: an API key among them.
    """
    return {"exc_info": False, "traceback": "".join(traceback.format_exception(fault)).rstrip()}


def _traceback_last(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> Any:
    """Where the renderers look for it."""
    if "traceback" in event:
        event["exception"] = event.pop("traceback")
    return event


def _redactor(secrets: Collection[str]) -> Callable[..., Any]:
    def redact_event(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> Any:
        for name, value in event.items():
            if isinstance(value, str):
                event[name] = redact(value, secrets)
        return event

    return redact_event


def set_up_logging(log_format: LogFormat, level: str, secrets: Collection[str] = ()) -> None:
    """Send every log line, ours and the libraries', through one pipeline that blots out secrets."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        _traceback_last,
        _redactor(secrets),
    ]
    is_json = log_format == "json"
    renderer: Any = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if is_json
        # The traceback is text already, or no secret in it could be blotted out.
        else structlog.dev.ConsoleRenderer(
            colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
        )
    )
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    lines = logging.StreamHandler(sys.stderr)
    lines.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*shared, structlog.stdlib.ExtraAdder()],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [lines]
    # Only our own lines come below WARNING: the libraries' hold payloads, bodies of forged
    # requests and links with signatures, and Bolt's loggers take over the root's level.
    root.setLevel(max(logging.WARNING, logging.getLevelName(level)))
    logging.getLogger("glm_slackbot").setLevel(level)


class Metrics:
    """Counters and gauges. No label names a workspace, a person or a channel."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._accepted = Counter(
            "glm_slackbot_requests_accepted",
            "Requests written down.",
            ["origin"],
            registry=self.registry,
        )
        self._images = Counter(
            "glm_slackbot_images",
            "Images by how they ended.",
            ["model", "outcome"],
            registry=self.registry,
        )
        self._provider = Counter(
            "glm_slackbot_provider_errors",
            "Answers of the provider that were no image.",
            ["kind"],
            registry=self.registry,
        )
        self._seconds = Histogram(
            "glm_slackbot_request_seconds",
            "Seconds from the request to its end.",
            ["status"],
            buckets=(2, 5, 10, 20, 30, 60, 120, 300, 600, 1800),
            registry=self.registry,
        )
        self._refused = Counter(
            "glm_slackbot_front_door_refused",
            "HTTP requests refused before Bolt.",
            ["reason"],
            registry=self.registry,
        )
        self._queue = Gauge(
            "glm_slackbot_jobs", "Jobs that wait or run.", ["status"], registry=self.registry
        )

    def accepted(self, origin: str) -> None:
        """A request was written down."""
        self._accepted.labels(origin).inc()

    def image(self, model: str, outcome: str) -> None:
        """An image came to an end."""
        self._images.labels(model, outcome).inc()

    def provider_error(self, kind: str) -> None:
        """The provider answered with an error."""
        self._provider.labels(kind).inc()

    def ended(self, status: str, seconds: float) -> None:
        """A job ended so many seconds after it was asked for."""
        self._seconds.labels(status).observe(max(0.0, seconds))

    def front_door_refused(self, reason: str) -> None:
        """An HTTP request was refused before Bolt."""
        self._refused.labels(reason).inc()

    def queue(self, status: str, count: int) -> None:
        """How many jobs are in this status now."""
        self._queue.labels(status).set(count)
