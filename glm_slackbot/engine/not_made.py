"""Why an image was not made or not had: a code for programs and words for people."""

from __future__ import annotations

from enum import StrEnum
from typing import Final, NamedTuple

from glm_slackbot.domain.errors import BotError, UpstreamError, UserError
from glm_slackbot.glm.client import ApiKey
from glm_slackbot.glm.download_errors import DownloadError
from glm_slackbot.glm.errors import GLMError, Kind
from glm_slackbot.texts import text
from glm_slackbot.workflow.failures import download_words, provider_words

INVALID_SIZE: Final = "INVALID_SIZE"
INVALID_ARGUMENT: Final = "INVALID_ARGUMENT"
MISSING_API_KEY: Final = "MISSING_API_KEY"
DOWNLOAD_FAILED: Final = "DOWNLOAD_FAILED"
NETWORK_ERROR: Final = "NETWORK_ERROR"
TIMEOUT: Final = "TIMEOUT"
UNSURE: Final = "UNSURE"
CONTENT_FILTER: Final = "content_filter"
"""The provider's own name for what it says of an image; a filtered answer has no other code."""
FAIL: Final = "FAIL"
"""The provider's own word for a task that it did not finish, where it gives no code."""

_SIZES: Final = frozenset(
    {
        "imagine.bad_size",
        "imagine.size_out_of_limits",
        "imagine.size_off_step",
        "imagine.size_too_many_pixels",
        "imagine.bad_ratio",
        "imagine.ratio_too_far",
    }
)


_WITHOUT_SLACK: Final = {
    "glm.account": "no_slack.account",
    "glm.api_key_refused": "no_slack.api_key_refused",
    "glm.balance": "no_slack.balance",
    "glm.busy": "no_slack.busy",
    "glm.fair_use": "no_slack.fair_use",
    "glm.fault": "no_slack.fault",
    "glm.image_not_image": "no_slack.image_not_image",
    "glm.image_too_large": "no_slack.image_too_large",
    "glm.image_unsafe_link": "no_slack.image_unsafe_link",
    "glm.model_missing": "no_slack.model_missing",
    "glm.overloaded": "no_slack.overloaded",
    "glm.permission": "no_slack.permission",
    "glm.plan": "no_slack.plan",
    "glm.turned_down": "no_slack.turned_down",
    "glm.two_factor": "no_slack.two_factor",
    "glm.unreachable": "no_slack.unreachable",
    "unsure.answer_lost": "no_slack.answer_lost",
    "unsure.deadline": "no_slack.deadline",
    "unsure.poll_refused": "no_slack.poll_refused",
    "unsure.process_died": "no_slack.process_died",
}
"""Texts that speak of the bot and its admins, and what is said where there are none."""

_OF_THE_WHOLE_ACCOUNT: Final = frozenset(
    {Kind.API_KEY_REFUSED, Kind.TWO_FACTOR, Kind.ACCOUNT, Kind.BALANCE, Kind.PLAN, Kind.FAIR_USE}
)


class Task(NamedTuple):
    """What a host calls an order that it took."""

    host: str
    task_id: str


class Reason(StrEnum):
    """What kind of end it is; HTTP statuses and exit codes follow from it."""

    WRONG_USE = "wrong_use"
    """Nothing was sent: what was asked for cannot be made."""
    NO_API_KEY = "no_api_key"
    POLICY = "policy"
    """The provider refused the prompt, or its filter the image."""
    PROVIDER = "provider"
    NETWORK = "network"
    """No connection to the provider ever stood."""
    TIMEOUT = "timeout"
    """The time was up, and nothing can have been bought."""
    UNSURE = "unsure"
    """It may have been bought."""
    DOWNLOAD = "download"
    """It was bought, and its bytes could not be had or kept; there may be a link."""


class NotMade(Exception):
    """No image for the caller: ``code`` and ``message`` for programs, ``words`` for people.

    The provider's codes and messages are passed on as given. ``status`` is its HTTP status,
    ``level`` the content filter's, ``may_have_billed`` whether money may be gone.
    """

    def __init__(
        self,
        reason: Reason,
        code: str,
        words: str,
        *,
        message: str = "",
        status: int | None = None,
        request_id: str | None = None,
        level: int | None = None,
        may_have_billed: bool = False,
        image_url: str | None = None,
        api_key_is_useless: bool = False,
        cannot_be_kept: bool = False,
    ) -> None:
        super().__init__(code, words)
        self.reason = reason
        self.code = code
        self.words = words
        self.message = message or words
        self.status = status
        self.request_id = request_id
        self.level = level
        self.may_have_billed = may_have_billed
        self.image_url = image_url
        self.api_key_is_useless = api_key_is_useless
        """Whether no order by this API key will fare better until somebody acts."""
        self.cannot_be_kept = cannot_be_kept
        """Whether the bytes came, and no file took them: that of the next would not either."""


def wrong_use(error: UserError) -> NotMade:
    """What was asked for breaks a rule of ours."""
    code = INVALID_SIZE if error.text_id in _SIZES else INVALID_ARGUMENT
    return NotMade(Reason.WRONG_USE, code, words_of(error))


def purchase_failed(error: GLMError, api_key: ApiKey) -> NotMade:
    """The POST gave no image, and is not sent again."""
    words = words_of(provider_words(error, api_key))
    if error.kind is Kind.UNREACHABLE:
        words = _with_quote(words, error)  # a certificate, a name, a proxy: whoever reads it acts
        return _not_made(error, Reason.NETWORK, NETWORK_ERROR, words, message=words)
    if error.may_have_billed:
        return _not_made(error, Reason.UNSURE, UNSURE, words, message=_with_quote(words, error))
    if error.kind is not Kind.POLICY:
        return _not_made(error, Reason.PROVIDER, _given_code(error), words)
    ended = _not_made(error, Reason.POLICY, _given_code(error), words)
    # A success that the filter left without an image: nobody says that such a one is free.
    ended.may_have_billed = error.code is None
    return ended


def task_failed(error: GLMError, api_key: ApiKey) -> NotMade:
    """The provider ended the task without an image; it may take the money all the same."""
    words = words_of(provider_words(error, api_key))
    is_policy = error.kind is Kind.POLICY or error.code in ("1300", "1301")
    reason = Reason.POLICY if is_policy else Reason.PROVIDER
    given = CONTENT_FILTER if error.kind is Kind.POLICY else FAIL
    ended = _not_made(error, reason, error.code or given, words)
    ended.may_have_billed = True
    return ended


def time_was_up(why: BotError | None, seconds: float) -> NotMade:
    """Nothing was bought in the time there was; ``why``: what was waited out."""
    words = text("engine.timeout", "en", seconds=f"{seconds:g}")
    if why is not None:
        words = f"{words} {words_of(why)}"
    return NotMade(Reason.TIMEOUT, TIMEOUT, words)


def unsure(error: BotError, *, task: Task | None = None) -> NotMade:
    """It was ordered, and what came of it is not known; its task, if it has one, may tell."""
    words, task_id = words_of(error), None
    if task is not None:
        task_id = task.task_id
        words = f"{words} {text('engine.task', 'en', host=task.host, task_id=task_id)}"
    return NotMade(Reason.UNSURE, UNSURE, words, request_id=task_id, may_have_billed=True)


def download_failed(fault: DownloadError | OSError, image_url: str) -> NotMade:
    """It was bought; its bytes could not be had, or there was no room for them."""
    return NotMade(
        Reason.DOWNLOAD,
        DOWNLOAD_FAILED,
        words_of(_download_error(fault)),
        image_url=image_url,
        may_have_billed=True,
        cannot_be_kept=not isinstance(fault, (DownloadError, TimeoutError)),
    )


def words_of(error: BotError) -> str:
    """An error in English, which is what command lines and programs speak here."""
    text_id = _WITHOUT_SLACK.get(error.text_id, error.text_id)
    return text(text_id, "en", **error.params)


def _not_made(
    error: GLMError, reason: Reason, code: str, words: str, *, message: str = ""
) -> NotMade:
    return NotMade(
        reason,
        code,
        words,
        message=message or error.message,
        status=error.status,
        request_id=error.request_id,
        level=error.level,
        may_have_billed=error.may_have_billed,
        api_key_is_useless=error.kind in _OF_THE_WHOLE_ACCOUNT,
    )


def _download_error(fault: DownloadError | OSError) -> BotError:
    if isinstance(fault, DownloadError):
        return download_words(fault)
    if isinstance(fault, TimeoutError):
        return UpstreamError("engine.download_timeout")
    return UpstreamError("engine.not_saved", reason=fault.strerror or type(fault).__name__)


def _given_code(error: GLMError) -> str:
    if error.code:
        return error.code
    if error.kind is Kind.POLICY:
        return CONTENT_FILTER
    return str(error.status or error.kind.value)


def _with_quote(words: str, error: GLMError) -> str:
    said = ": ".join(filter(None, (error.code, error.message)))
    return f"{words} ({said})" if said else words
