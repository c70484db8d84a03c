"""What the stand-in GLM does next: fine weather by default, and every fault of the real one.

glm.weather.next(error("1302"), lost_after_billing())   the next two purchases
glm.weather.always(jpeg_as_png())                       all others, until told otherwise
glm.weather.next_poll(refusal("1000"))                  the next poll, of any task
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field, replace
from typing import Any, Final, Literal

from glm_slackbot.domain.size import Size
from glm_slackbot.sandbox.glm_codes import STATUS_OF_CODE

FOREVER: Final = 10**6
_HTML: Final = "<html><body><h1>Bad Gateway</h1></body></html>"


@dataclass(frozen=True, slots=True)
class Reply:
    """One HTTP answer in place of the usual one; ``drop`` closes the connection instead."""

    status: int = 200
    code: str | int | None = None
    message: str | None = None
    text: str | None = None
    json: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    drop: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """How one purchase goes, from its POST to the image's bytes."""

    reply: Reply | None = None
    billed: bool = True
    seconds: float | None = None
    filter_level: int | None = 3
    has_url: bool = True
    task_status: Literal["SUCCESS", "FAIL", "PROCESSING"] = "SUCCESS"
    task_error: tuple[str, str] | None = None
    one_object: bool = False
    polls: tuple[Reply, ...] = ()
    link: str | None = None
    link_faults: int = 0
    link_fault: Reply = Reply(status=404, json={"RetCode": -148654, "ErrMsg": "file not exist"})
    truncated_fetches: int = 0
    redirects: int = 0
    redirect_to: str | None = None
    file: Literal["png", "jpeg", "text"] = "png"
    content_type: str = "image/png"
    size: Size | None = None
    byte_count: int | None = None
    chunked: bool = False


@dataclass
class Weather:
    """Set its fields at any time: seconds, and limits of the account."""

    seconds: float = 0.2
    submit_seconds: float = 0.0
    concurrency: int | None = None
    watermark_disclaimer_signed: bool = True
    byte_count: int = 0
    plans: deque[Plan] = field(default_factory=deque)
    polls: deque[Reply] = field(default_factory=deque)
    lasting: Plan = Plan()

    def next(self, *plans: Plan) -> None:
        """These are the next purchases, in order."""
        self.plans.extend(plans)

    def always(self, plan: Plan | None = None) -> None:
        """What every purchase is that nothing else is planned for; None is fine weather."""
        self.lasting = plan or Plan()

    def next_poll(self, *replies: Reply) -> None:
        """Answers of the next polls, whichever task they ask for."""
        self.polls.extend(replies)

    def take(self) -> Plan:
        """The plan of the purchase that begins now, with its duration filled in."""
        plan = self.plans.popleft() if self.plans else self.lasting
        return plan if plan.seconds is not None else replace(plan, seconds=self.seconds)


def refusal(code: str | int, status: int | None = None, message: str | None = None) -> Reply:
    """A row of the error table as an answer, with its documented HTTP status."""
    documented = STATUS_OF_CODE.get(str(code), 400)
    return Reply(status=status or documented, code=code, message=message)


def error(
    code: str | int,
    status: int | None = None,
    message: str | None = None,
    *,
    billed: bool = False,
    retry_after: str | None = None,
) -> Plan:
    """The purchase is refused with this code; an int code goes out as an int."""
    headers = {} if retry_after is None else {"Retry-After": retry_after}
    reply = replace(refusal(code, status, message), headers=headers)
    return Plan(reply=reply, billed=billed)


def error_in_200(code: str | int) -> Plan:
    """The refusal comes with HTTP 200."""
    return error(code, 200)


def busy_without_code() -> Plan:
    """HTTP 429 that says nothing more."""
    return Plan(reply=Reply(status=429, json={}), billed=False)


def html(status: int = 502, *, billed: bool = False) -> Plan:
    """A proxy on the way answers with HTML."""
    return Plan(reply=Reply(status=status, text=_HTML), billed=billed)


def lost_before_billing() -> Plan:
    """The connection is lost, and nothing was made; the client cannot tell."""
    return Plan(reply=Reply(drop=True), billed=False)


def lost_after_billing() -> Plan:
    """The image is made and billed, and the connection is lost before the answer."""
    return Plan(reply=Reply(drop=True), billed=True)


def fails(code: str | None = None, message: str = "") -> Plan:
    """The task ends with FAIL, with an ``error`` beside it where a code is given."""
    return Plan(task_status="FAIL", task_error=None if code is None else (code, message))


def blocked(level: int = 1) -> Plan:
    """Success, a content filter and no URL."""
    return Plan(has_url=False, filter_level=level)


def filtered(level: int | None) -> Plan:
    """Success with an image and this content-filter level; None leaves the filter out."""
    return Plan(filter_level=level)


def never_done() -> Plan:
    """PROCESSING, for ever."""
    return Plan(task_status="PROCESSING")


def slow(seconds: float) -> Plan:
    """The generation takes this long."""
    return Plan(seconds=seconds)


def polled(*replies: Reply) -> Plan:
    """The first polls of the task get these answers."""
    return Plan(polls=replies)


def link_missing(fetches: int = FOREVER) -> Plan:
    """The link answers 404 for the first so many fetches."""
    return Plan(link_faults=fetches)


def link_refused(status: int = 403, fetches: int = FOREVER) -> Plan:
    """The link answers with this status for the first so many fetches."""
    return Plan(link_faults=fetches, link_fault=Reply(status=status, text="no"))


def link_dropped(fetches: int = 1) -> Plan:
    """The image's host drops the connection for the first so many fetches."""
    return Plan(link_faults=fetches, link_fault=Reply(drop=True))


def truncated(fetches: int = 1) -> Plan:
    """The first so many fetches end in the middle of the file."""
    return Plan(truncated_fetches=fetches)


def jpeg_as_png() -> Plan:
    """A JPEG by the name of a PNG, as ``application/octet-stream``."""
    return Plan(file="jpeg", content_type="application/octet-stream")


def not_an_image() -> Plan:
    """A text by the name of a PNG."""
    return Plan(file="text")


def too_many_bytes(*, chunked: bool = False) -> Plan:
    """31 MiB; chunked: without a Content-Length that would tell."""
    return Plan(byte_count=31 * 1024 * 1024, chunked=chunked)


def too_wide() -> Plan:
    """A side of more than 8192 pixels."""
    return Plan(size=Size(8224, 64))


def unsafe_link(link: str) -> Plan:
    """The answer names this link instead of one of ours."""
    return Plan(link=link)


def redirected(times: int, to: str | None = None) -> Plan:
    """The link redirects so many times, at last to the image or to the link given."""
    return Plan(redirects=times, redirect_to=to)
