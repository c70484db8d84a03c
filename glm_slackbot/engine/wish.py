"""What is wished for, read by the rules and with the words of the bot."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from glm_slackbot.domain.errors import UserError
from glm_slackbot.domain.flag_text import cut_flags
from glm_slackbot.domain.image_models import Provider, model_named
from glm_slackbot.domain.imagine import (
    ImageRequest,
    ImagineDefaults,
    check_prompt,
    parse_imagine,
)
from glm_slackbot.engine.making import Endpoint, check_endpoint
from glm_slackbot.engine.not_made import wrong_use

USER_ID_LENGTHS: Final = range(6, 129)


@dataclass(frozen=True, slots=True)
class Terms:
    """What holds for every image of a run; flags by name, as the parser knows them."""

    provider: Provider
    flags: Mapping[str, str]
    endpoint: Endpoint | None = None


def read_wish(text: str, terms: Terms) -> ImageRequest:
    """A prompt with its flags. Raises NotMade for what cannot be made."""
    return _read(text, terms, terms.flags)


def read_line(text: str, terms: Terms) -> ImageRequest:
    """A line of many: what it says itself counts before what holds for all. Raises NotMade."""
    try:
        own = cut_flags(text).values
    except UserError as error:
        raise wrong_use(error) from None
    overruled = {*own, *(("size", "ar") if {"size", "ar"} & own.keys() else ())}
    return _read(text, terms, {n: v for n, v in terms.flags.items() if n not in overruled})


def quality_of(request: ImageRequest) -> str:
    """The quality it is made in, where nothing was said the model's usual one."""
    return request.quality or model_named(request.model).qualities[0]


def _read(text: str, terms: Terms, flags: Mapping[str, str]) -> ImageRequest:
    try:
        _check_text(text, *flags.values())
        defaults = ImagineDefaults(provider=terms.provider)
        request = check_prompt(parse_imagine(text, defaults, flags))
    except UserError as error:
        raise wrong_use(error) from None
    check_endpoint(request.model, terms.endpoint)
    return request


def _check_text(*typed: str) -> None:
    """An argument of bytes that are no UTF-8 would reach the provider as nonsense."""
    if any("\ud800" <= sign <= "\udfff" for words in typed for sign in words):
        raise UserError("engine.not_utf8")
