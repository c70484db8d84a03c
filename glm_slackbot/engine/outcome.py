"""How one image ended, as the object that programs read, and exit codes."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from glm_slackbot.domain.image_models import Provider, model_named
from glm_slackbot.domain.imagine import ImageRequest
from glm_slackbot.engine.making import MadeImage
from glm_slackbot.engine.not_made import NotMade, Reason
from glm_slackbot.engine.wish import quality_of

DONE, SOME_FAILED, WRONG_USE, REFUSED, FAILED = range(5)

_EXIT_CODES: Final[Mapping[Reason, int]] = {
    Reason.WRONG_USE: WRONG_USE,
    Reason.NO_API_KEY: WRONG_USE,
    Reason.POLICY: REFUSED,
}
_MICROS: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class ImageOutcome:
    """One image, made or not; ``fields`` is what programs get. ``words``: the error for people."""

    fields: Mapping[str, Any]
    reason: Reason | None = None
    words: str = ""
    may_have_billed: bool = False
    api_key_is_useless: bool = False
    cannot_be_kept: bool = False

    @property
    def ok(self) -> bool:
        """Whether the image is there."""
        return self.reason is None

    @property
    def json(self) -> str:
        """One line."""
        return json.dumps(self.fields, ensure_ascii=False)

    @property
    def cost_micros(self) -> int:
        """What it costs by the price list, or may: an unsure one counts."""
        cost = self.fields["cost"]
        return round(cost["amount"] * _MICROS) if cost else 0

    def kept(self) -> dict[str, Any]:
        """As a state file keeps it."""
        return {
            "fields": dict(self.fields),
            "reason": self.reason,
            "words": self.words,
            "may_have_billed": self.may_have_billed,
        }


def kept_outcome(kept: Mapping[str, Any]) -> ImageOutcome:
    """From a state file. Raises KeyError, TypeError, ValueError where it is none."""
    return ImageOutcome(
        fields={**_FIELDS, **kept["fields"]},
        reason=kept["reason"] and Reason(kept["reason"]),
        words=str(kept["words"]),
        may_have_billed=bool(kept["may_have_billed"]),
    )


_FIELDS: Final[Mapping[str, Any]] = {
    "ok": False,
    "model": None,
    "image_url": None,
    "prompt": None,
    "size": None,
    "quality": None,
    "created": None,
    "content_filter": None,
    "saved_file": None,
    "request_id": None,
    "cost": None,
    "error": None,
}


def made(
    request: ImageRequest,
    provider: Provider,
    image: MadeImage,
    saved_file: str | None,
    request_id: str,
) -> ImageOutcome:
    """The image is there."""
    generated = image.generated
    return ImageOutcome(
        {
            **_wished(request),
            "ok": True,
            "image_url": generated.url,
            "created": generated.provider_created or int(time.time()),
            "content_filter": generated.content_filter_level,
            "saved_file": saved_file,
            "request_id": generated.request_id or request_id,
            "cost": _cost(request, provider),
        }
    )


def not_made(
    ended: NotMade,
    *,
    prompt: str | None = None,
    request: ImageRequest | None = None,
    provider: Provider | None = None,
    request_id: str | None = None,
) -> ImageOutcome:
    """It is not; a request and its provider say what it was to be, and may have cost."""
    wished = _wished(request) if request else {**_FIELDS, "prompt": prompt}
    billed = request and provider and ended.may_have_billed
    fields = {
        **wished,
        "image_url": ended.image_url,
        "content_filter": ended.level,
        "request_id": ended.request_id or request_id,
        "cost": _cost(request, provider) if billed and request and provider else None,
        "error": {"code": ended.code, "message": ended.message, "status": ended.status},
    }
    return ImageOutcome(
        fields,
        ended.reason,
        ended.words,
        ended.may_have_billed,
        ended.api_key_is_useless,
        ended.cannot_be_kept,
    )


def exit_code(outcomes: Iterable[ImageOutcome]) -> int:
    """0 all made, 1 some; where none was, what ails the worst: 4 before 3 before 2."""
    ended = list(outcomes)
    codes = {DONE if one.reason is None else _EXIT_CODES.get(one.reason, FAILED) for one in ended}
    if DONE in codes and len(codes) > 1:
        return SOME_FAILED
    return max(codes, default=DONE)


def money(micros: int, currency: str) -> str:
    """An amount in words: 0.015 USD."""
    return f"{micros / _MICROS:.6f}".rstrip("0").rstrip(".") + f" {currency}"


def _wished(request: ImageRequest) -> dict[str, Any]:
    return {
        **_FIELDS,
        "model": request.model,
        "prompt": request.prompt,
        "size": str(request.size),
        "quality": quality_of(request),
    }


def _cost(request: ImageRequest, provider: Provider) -> dict[str, Any]:
    price = model_named(request.model).price_micros[provider]
    return {"amount": price / _MICROS, "currency": provider.currency}
