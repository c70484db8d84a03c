"""The provider's errors as our words, and as what they mean for an image."""

from __future__ import annotations

from glm_slackbot.domain.errors import (
    BotError,
    RefusedError,
    SetupError,
    UnsureError,
    UpstreamError,
    UserError,
)
from glm_slackbot.domain.job import Outcome
from glm_slackbot.domain.retry import Trouble
from glm_slackbot.glm.client import ApiKey
from glm_slackbot.glm.download_errors import DownloadError, DownloadKind
from glm_slackbot.glm.errors import CODE_TABLE, GLMError, Kind, who_must_act

_TROUBLES = {
    Kind.OVERLOADED: Trouble.OVERLOADED,
    Kind.UNREACHABLE: Trouble.UNREACHABLE,
}
_UNSURE = {Kind.LOST: "unsure.answer_lost"}


def trouble_of(error: GLMError) -> Trouble:
    """What is waited out when nothing was made."""
    return _TROUBLES.get(error.kind, Trouble.BUSY)


def _is_turned_down(error: GLMError) -> bool:
    """Busy by its HTTP status alone, under a code we do not know: not waited for."""
    return error.kind in (Kind.BUSY, Kind.OVERLOADED) and not error.safe_to_send_again


def purchase_outcome(error: GLMError) -> Outcome:
    """What a failed purchase means for the image's money and quota."""
    if error.kind is Kind.POLICY:
        return Outcome.REFUSED
    return Outcome.UNSURE if error.may_have_billed else Outcome.NOT_BOUGHT


def provider_words(error: GLMError, api_key: ApiKey) -> BotError:
    """The provider's error in words for whom it concerns."""
    params = {
        "provider": api_key.provider.host,
        "code": error.code or str(error.status or ""),
        "message": error.message or (f"HTTP {error.status}" if error.status else "-"),
        "level": error.level,
    }
    kind = Kind.POLICY if CODE_TABLE.get(error.code or "") is Kind.POLICY else error.kind
    text_id = f"glm.{kind.value}"
    if _is_turned_down(error):
        text_id = "glm.turned_down"
    if error.may_have_billed and error.kind is not Kind.TASK_FAILED:
        return UnsureError(_UNSURE.get(error.kind, text_id), **params)
    if kind is Kind.POLICY:  # a task that failed may name it as well
        return RefusedError(text_id, **params)
    who = who_must_act(error.kind)
    cls = {"admin": SetupError, "user": UserError, "nobody": UpstreamError}[who]
    return cls(text_id, **params)


def unsure_words(error: GLMError) -> UnsureError:
    """The provider took an order, and refuses to say what became of it."""
    return UnsureError("unsure.poll_refused", message=error.message, code=error.code or "")


def download_words(error: DownloadError) -> BotError:
    """Why an image that was bought could not be fetched."""
    text_id = f"glm.image_{error.kind.value}"
    if error.kind is DownloadKind.TOO_LARGE:  # the same again would be as large, and charged
        return UserError(text_id)
    return UpstreamError(text_id)
