"""What went wrong, as a program is told it: a code, a sentence and an HTTP status."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from glm_slackbot.engine.not_made import (
    DOWNLOAD_FAILED,
    INVALID_ARGUMENT,
    TIMEOUT,
    UNSURE,
    NotMade,
    Reason,
)
from glm_slackbot.glm.errors import CODE_TABLE, Kind
from glm_slackbot.texts import text

BAD_REQUEST: Final = 400
UNAUTHORIZED: Final = 401
FORBIDDEN: Final = 403
NOT_FOUND: Final = 404
METHOD_NOT_ALLOWED: Final = 405
LATE: Final = 408
TOO_LARGE: Final = 413
NOT_JSON: Final = 415
REFUSED: Final = 422
TOO_MANY: Final = 429
NOT_AWAITED: Final = 499
"""As nginx writes it into a log: whoever asked is gone. Nobody is answered by it."""
UNEXPECTED: Final = 500
BAD_GATEWAY: Final = 502
UNAVAILABLE: Final = 503
GATEWAY_TIMEOUT: Final = 504

_CODE_OF_STATUS: Final[Mapping[int, str]] = {
    BAD_REQUEST: INVALID_ARGUMENT,
    UNAUTHORIZED: "UNAUTHORIZED",
    FORBIDDEN: "FORBIDDEN",
    NOT_FOUND: "NOT_FOUND",
    METHOD_NOT_ALLOWED: "METHOD_NOT_ALLOWED",
    LATE: "REQUEST_TIMEOUT",
    TOO_LARGE: "PAYLOAD_TOO_LARGE",
    NOT_JSON: "UNSUPPORTED_MEDIA_TYPE",
    TOO_MANY: "TOO_MANY_REQUESTS",
    UNEXPECTED: "INTERNAL_ERROR",
    NOT_AWAITED: "NOT_AWAITED",
    UNAVAILABLE: "STOPPING",
    GATEWAY_TIMEOUT: TIMEOUT,
}
_STATUS_OF_REASON: Final[Mapping[Reason, int]] = {
    Reason.WRONG_USE: BAD_REQUEST,
    Reason.POLICY: REFUSED,
    Reason.TIMEOUT: GATEWAY_TIMEOUT,
}
_STATUS_OF_KIND: Final[Mapping[Kind, int]] = {
    Kind.PARAMETER: BAD_REQUEST,
    Kind.PROMPT_TOO_LONG: BAD_REQUEST,
    Kind.BUSY: TOO_MANY,
    Kind.OVERLOADED: TOO_MANY,
}
# What costs money is told before what costs none.
_FIRST: Final = (UNSURE, DOWNLOAD_FAILED)


@dataclass(eq=False)
class Fault(Exception):
    """No image, or no answer; ``image_url`` where one was bought and could not be fetched."""

    status: int
    code: str
    message: str
    image_url: str | None = None
    is_for_all: bool = False
    """Whether another order of the same request would end the same way."""
    may_be_charged: bool = False

    @property
    def as_json(self) -> dict[str, Any]:
        """``code``, ``message``, ``status``, ``may_be_charged``, and a link if there is one."""
        told = {
            "code": self.code,
            "message": self.message,
            "status": self.status,
            "may_be_charged": self.may_be_charged,
        }
        return told if self.image_url is None else {**told, "image_url": self.image_url}


def fault(status: int, text_id: str, **params: object) -> Fault:
    """A fault of HTTP's or of this server's own; the code follows from the status."""
    words = text(text_id, "en", **params)
    return Fault(status, _CODE_OF_STATUS[status], words, may_be_charged=status == UNEXPECTED)


def fault_of(ended: NotMade) -> Fault:
    """The end of an order, in HTTP's terms."""
    is_for_all = ended.reason in (Reason.WRONG_USE, Reason.POLICY) or ended.api_key_is_useless
    return Fault(
        _status_of(ended),
        ended.code,
        ended.words,
        ended.image_url,
        is_for_all,
        ended.may_have_billed,
    )


def worst_of(faults: Iterable[Fault]) -> Fault:
    """The one that the answer as a whole is about."""
    told = list(faults)
    return next((one for code in _FIRST for one in told if one.code == code), told[0])


def _status_of(ended: NotMade) -> int:
    if ended.reason is Reason.PROVIDER and not ended.may_have_billed:
        kind = CODE_TABLE.get(ended.code)
        if kind is None and ended.status in (BAD_REQUEST, REFUSED, TOO_MANY):
            return BAD_REQUEST if ended.status != TOO_MANY else TOO_MANY
        # The provider's own 401 is not the caller's: it is this server's API key.
        return BAD_GATEWAY if kind is None else _STATUS_OF_KIND.get(kind, BAD_GATEWAY)
    return _STATUS_OF_REASON.get(ended.reason, BAD_GATEWAY)
