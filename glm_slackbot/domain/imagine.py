"""What a person typed after ``/imagine`` or to the bot, as a request for images."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from glm_slackbot.domain import flag_values
from glm_slackbot.domain.aspect import size_for_ratio
from glm_slackbot.domain.errors import UserError
from glm_slackbot.domain.flag_text import cut_flags, with_options
from glm_slackbot.domain.flags import FLAGS, Flag
from glm_slackbot.domain.image_models import (
    ImageModel,
    Provider,
    check_provider_has,
    model_named,
)
from glm_slackbot.domain.prompt_words import prompt_as_sent
from glm_slackbot.domain.size import Size
from glm_slackbot.domain.size_rules import check_size, fits

PROMPT_LIMIT = 1000
NO_OPTIONS: Mapping[str, str] = MappingProxyType({})
_SMALL_SIDE = 1024
_HELP = re.compile(r"[-—–]*\s*(?:help|帮助)[\s.,;:!?~…。、～]*")


@dataclass(frozen=True, slots=True)
class ImagineDefaults:
    """What holds where a person says nothing else; ``provider`` None: not known yet."""

    model: str = "glm-image"
    size: Size | None = None
    max_images: int = 4
    provider: Provider | None = None
    watermark: bool = True


@dataclass(frozen=True, slots=True)
class ImageRequest:
    """Images wanted. ``prompt`` is as typed, flags cut out; empty when only flags were typed."""

    prompt: str
    model: str
    size: Size
    n: int = 1
    quality: str | None = None
    style: str | None = None
    avoid: str | None = None
    watermark: bool = True

    @property
    def prompt_as_sent(self) -> str:
        """The prompt with style and avoided words, as the provider gets it."""
        return prompt_as_sent(self.prompt, self.style, self.avoid)


def parse_imagine(
    text: str, defaults: ImagineDefaults, options: Mapping[str, str] = NO_OPTIONS
) -> ImageRequest:
    """Read prompt and flags; UserError says what to change. The prompt may be empty.

    ``options``: flags given beside the text, by name; a switch has the value "".
    """
    prompt, typed = cut_flags(text)
    values = with_options(typed, options)
    model = model_named(flag_values.plain(values.get("model", defaults.model)))
    if defaults.provider is not None:
        check_provider_has(model, defaults.provider)
    request = ImageRequest(
        prompt=prompt,
        model=model.name,
        size=_size(values, model, defaults.size),
        n=flag_values.read_count(values["n"], defaults.max_images) if "n" in values else 1,
        quality=flag_values.read_quality(values["quality"], model) if "quality" in values else None,
        style=values.get("style"),
        avoid=values.get("no"),
        watermark=defaults.watermark and "no-watermark" not in values,
    )
    return _check_length(request)


def check_prompt(request: ImageRequest) -> ImageRequest:
    """The request, if its prompt has words and as sent is not too long; UserError otherwise."""
    if not request.prompt.strip():
        raise UserError("imagine.no_prompt")
    return _check_length(request)


def with_inherited_prompt(request: ImageRequest, earlier: ImageRequest) -> ImageRequest:
    """A request of flags only, with an earlier one's words; style and avoided ones if not new.

    A request with words of its own stays as it is. UserError by the rules of ``check_prompt``.
    """
    if request.prompt:
        return request
    return check_prompt(
        replace(
            request,
            prompt=earlier.prompt,
            style=request.style or earlier.style,
            avoid=request.avoid or earlier.avoid,
        )
    )


def wants_help(text: str) -> bool:
    """Nothing typed, or the one word help, also as a flag; "help me draw a horse" is a prompt."""
    typed = flag_values.plain(text)
    return not typed or _HELP.fullmatch(typed) is not None


def wants_usage(text: str) -> bool:
    """The one word usage; "usage of light in a museum" is a prompt."""
    return flag_values.plain(text) in {"usage", "用量"}


def flag_table() -> tuple[Flag, ...]:
    """Every flag there is, in help's order."""
    return tuple(FLAGS.values())


def size_note(request: ImageRequest) -> str | None:
    """The text_id of a remark on a size that the references disagree about, if it is one."""
    is_small = min(request.size.width, request.size.height) < _SMALL_SIDE
    is_recommended = request.size in model_named(request.model).recommended.values()
    if request.model == "glm-image" and is_small and not is_recommended:
        return "imagine.small_side_note"
    return None


def _size(values: Mapping[str, str], model: ImageModel, default: Size | None) -> Size:
    if "size" in values and "ar" in values:
        raise UserError("imagine.size_and_ratio", example=FLAGS["ar"].example)
    if "size" in values:
        size = flag_values.read_size(values["size"], model)
        check_size(model, size)
        return size
    if "ar" in values:
        return size_for_ratio(model, flag_values.read_ratio(values["ar"]))
    return default if default is not None and fits(model, default) else model.default_size


def _check_length(request: ImageRequest) -> ImageRequest:
    length = len(request.prompt_as_sent)
    if length > PROMPT_LIMIT:
        raise UserError("imagine.prompt_too_long", length=length, limit=PROMPT_LIMIT)
    return request
