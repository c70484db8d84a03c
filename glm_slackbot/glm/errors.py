"""Every way a call to the GLM API fails, as one exception with a kind; the one code table.

GLMError(kind, code, ...)
 ├── an admin must act   API_KEY_REFUSED TWO_FACTOR ACCOUNT BALANCE PLAN FAIR_USE
 │                       MODEL_MISSING PERMISSION
 ├── the user must act   PARAMETER PROMPT_TOO_LONG POLICY WITHHELD
 └── nobody must         BUSY OVERLOADED UNREACHABLE          nothing was made
                         FAULT LOST TASK_FAILED               billed perhaps
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final, Literal

import httpx

MESSAGE_LIMIT: Final = 300


class Kind(StrEnum):
    """What went wrong, by what follows from it; the value is the key of its text."""

    API_KEY_REFUSED = "api_key_refused"
    TWO_FACTOR = "two_factor"
    ACCOUNT = "account"
    BALANCE = "balance"
    PLAN = "plan"
    FAIR_USE = "fair_use"
    MODEL_MISSING = "model_missing"
    PERMISSION = "permission"
    PARAMETER = "parameter"
    PROMPT_TOO_LONG = "prompt_too_long"
    POLICY = "policy"
    WITHHELD = "withheld"
    BUSY = "busy"
    OVERLOADED = "overloaded"
    UNREACHABLE = "unreachable"
    FAULT = "fault"
    LOST = "lost"
    TASK_FAILED = "task_failed"


_CODES_BY_KIND: Final[Mapping[Kind, str]] = {
    Kind.API_KEY_REFUSED: "1000 1001 1002 1003 1004 401",
    Kind.TWO_FACTOR: "1005",
    Kind.ACCOUNT: "1110 1111 1112 1120 1121",
    Kind.BALANCE: "1113",
    Kind.FAULT: "1200 1230 1234",
    Kind.PARAMETER: "1210 1213 1214 1215",
    Kind.MODEL_MISSING: "1211 1212 1221 1222",
    Kind.PERMISSION: "1220",
    Kind.PROMPT_TOO_LONG: "1261",
    Kind.POLICY: "1300 1301",
    Kind.BUSY: "1302 1303",
    Kind.OVERLOADED: "1305",
    Kind.PLAN: "1304 1308 1309 1310 1311 1314 1315 1316 1317 1318 1319 1320 1321",
    Kind.FAIR_USE: "1313",
}

CODE_TABLE: Final[Mapping[str, Kind]] = MappingProxyType(
    {code: kind for kind, codes in _CODES_BY_KIND.items() for code in codes.split()}
)

# The only outcomes which prove that nothing was made, so that a purchase may be sent again.
_PROOFS_OF_NOTHING_MADE: Final = frozenset({Kind.BUSY, Kind.OVERLOADED, Kind.UNREACHABLE})
_PASSING: Final = _PROOFS_OF_NOTHING_MADE | {Kind.FAULT, Kind.LOST}
_MAYBE_BILLED_BY_A_POST: Final = frozenset({Kind.FAULT, Kind.LOST})
_BILLED_BY_ALL_WE_KNOW: Final = frozenset({Kind.TASK_FAILED, Kind.WITHHELD})
_FOR_THE_USER: Final = frozenset({Kind.PARAMETER, Kind.PROMPT_TOO_LONG, Kind.POLICY, Kind.WITHHELD})

# What the connection did not survive, by whether it ever stood.
_TRANSPORT_KINDS: Final[tuple[tuple[type[httpx.HTTPError], Kind], ...]] = (
    (httpx.ConnectError, Kind.UNREACHABLE),
    (httpx.ConnectTimeout, Kind.UNREACHABLE),
    (httpx.PoolTimeout, Kind.UNREACHABLE),
    (httpx.ProxyError, Kind.UNREACHABLE),
    (httpx.UnsupportedProtocol, Kind.UNREACHABLE),
    (httpx.ReadTimeout, Kind.LOST),
    (httpx.WriteTimeout, Kind.LOST),
    (httpx.ReadError, Kind.LOST),
    (httpx.WriteError, Kind.LOST),
    (httpx.CloseError, Kind.LOST),
    (httpx.LocalProtocolError, Kind.LOST),
    (httpx.RemoteProtocolError, Kind.LOST),
    (httpx.DecodingError, Kind.LOST),
    (httpx.TooManyRedirects, Kind.LOST),
    (httpx.HTTPStatusError, Kind.LOST),
)


class GLMError(Exception):
    """A call to the GLM API did not give what was asked for.

    ``message`` holds the provider's own words, ``retry_after`` seconds, ``level`` the
    content-filter level (0 is the most severe). ``after_submission`` is true when the call was
    the POST that buys.
    """

    def __init__(
        self,
        kind: Kind,
        *,
        code: str | None = None,
        message: str = "",
        request_id: str | None = None,
        status: int | None = None,
        retry_after: float | None = None,
        level: int | None = None,
        after_submission: bool = False,
    ) -> None:
        self.kind = kind
        self.code = code
        self.message = message
        self.request_id = request_id
        self.status = status
        self.retry_after = retry_after
        self.level = level
        self.after_submission = after_submission
        super().__init__(kind, code, message)

    def __str__(self) -> str:
        parts = (f"code {self.code}" if self.code else "", self.message)
        return ": ".join([self.kind, *filter(None, parts)])

    @property
    def may_have_billed(self) -> bool:
        """Whether the provider may take money for this call although no image came of it."""
        if self.kind in _BILLED_BY_ALL_WE_KNOW:
            return True
        return self.after_submission and self.kind in _MAYBE_BILLED_BY_A_POST

    @property
    def safe_to_send_again(self) -> bool:
        """Whether a purchase may be repeated: the answer proves that nothing was made."""
        code_is_known = self.code is None or self.code in CODE_TABLE
        return self.kind in _PROOFS_OF_NOTHING_MADE and code_is_known

    @property
    def passing(self) -> bool:
        """Whether the same GET, which costs nothing, may well succeed a little later."""
        return self.kind in _PASSING


def kind_of_answer(code: str | None, status: int) -> Kind:
    """The kind of a refusal: by its code, and by its HTTP class where the code says nothing."""
    if code is not None and code in CODE_TABLE:
        return CODE_TABLE[code]
    if status in (401, 403):
        return Kind.API_KEY_REFUSED
    if status == 429:
        return Kind.BUSY
    if status >= 500 or (status < 300 and code is not None):
        return Kind.FAULT
    if status >= 400 and status != 408:
        return Kind.PARAMETER
    return Kind.LOST


def kind_of_transport_fault(fault: httpx.HTTPError) -> Kind:
    """UNREACHABLE if the connection never stood, else LOST: the request may have arrived."""
    return next((kind for cls, kind in _TRANSPORT_KINDS if isinstance(fault, cls)), Kind.LOST)


def who_must_act(kind: Kind) -> Literal["admin", "user", "nobody"]:
    """Whom the text of this kind is written for."""
    if kind in _FOR_THE_USER:
        return "user"
    if kind in _PASSING or kind is Kind.TASK_FAILED:
        return "nobody"
    return "admin"
