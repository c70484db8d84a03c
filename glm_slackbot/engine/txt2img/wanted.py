"""The body of ``POST /txt2img`` as a request for images, by the rules and words of the bot.

The prompt is literal: what looks like a flag in it is drawn, as the older servers did. Fields
that this server does not have (seed, steps, …) are ignored. A null is as good as nothing.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

from glm_slackbot.domain.errors import UserError
from glm_slackbot.domain.flag_values import plain
from glm_slackbot.domain.image_models import (
    ImageModel,
    Provider,
    check_provider_has,
    model_named,
)
from glm_slackbot.domain.imagine import ImageRequest, ImagineDefaults, check_prompt
from glm_slackbot.domain.size import Size
from glm_slackbot.domain.size_rules import check_size, nearest_size
from glm_slackbot.engine.not_made import INVALID_SIZE, NotMade, Reason, words_of, wrong_use

_DEFAULTS: Final = ImagineDefaults()
MOST_SAMPLES: Final = _DEFAULTS.max_images
_EXAMPLE: Final = '{"prompt": "a fox in the snow", "width": 1280, "height": 1280}'


def read_wanted(body: bytes, provider: Provider) -> ImageRequest:
    """What is asked for; nothing is sent anywhere. Raises NotMade."""
    try:
        return _read(_object(body), provider)
    except UserError as error:
        raise wrong_use(error) from None


def _object(body: bytes) -> Mapping[str, Any]:
    try:
        fields = json.loads(body.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        fields = None
    if not isinstance(fields, dict):
        raise UserError("local_server.not_json", example=_EXAMPLE)
    return fields


def _read(fields: Mapping[str, Any], provider: Provider) -> ImageRequest:
    model = _model(_words(fields, "model"), provider)
    return check_prompt(
        ImageRequest(
            prompt=_words(fields, "prompt"),
            model=model.name,
            size=_size(fields, model),
            n=_samples(fields.get("samples")),
            style=_words(fields, "style").strip() or None,
            avoid=_words(fields, "negative_prompt").strip() or None,
        )
    )


def _words(fields: Mapping[str, Any], field: str) -> str:
    words = fields.get(field)
    if words is None:
        return ""
    # Half a surrogate pair is no text either; JSON can carry one.
    if not isinstance(words, str) or any("\ud800" <= sign <= "\udfff" for sign in words):
        raise UserError("local_server.not_text", field=field)
    return words


def _model(asked: str, provider: Provider) -> ImageModel:
    with _example(lambda: f'"model": "{_DEFAULTS.model}"'):
        model = model_named(plain(asked) or _DEFAULTS.model)
        check_provider_has(model, provider)
    return model


@contextmanager
def _example(example: Callable[[], str]) -> Iterator[None]:
    """An error's example is JSON, instead of a flag that people type."""
    try:
        yield
    except UserError as error:
        raise UserError(error.text_id, **{**error.params, "example": example()}) from None


def _size(fields: Mapping[str, Any], model: ImageModel) -> Size:
    given = fields.get("width"), fields.get("height")
    if given == (None, None):
        return model.default_size
    width, height = (_whole(side) for side in given)
    if width is None or height is None:
        words = words_of(UserError("local_server.bad_sides", example=_sides(model.default_size)))
        raise NotMade(Reason.WRONG_USE, INVALID_SIZE, words)
    size = Size(width, height)
    with _example(lambda: _sides(nearest_size(model, size))):
        check_size(model, size)
    return size


def _sides(size: Size) -> str:
    return f'"width": {size.width}, "height": {size.height}'


def _samples(asked: Any) -> int:
    count = 1 if asked is None else _whole(asked)
    if count is None or not 1 <= count <= MOST_SAMPLES:
        raise UserError(
            "local_server.bad_samples",
            asked=str(asked)[:60],
            most=MOST_SAMPLES,
            example=f'"samples": {MOST_SAMPLES}',
        )
    return count


def _whole(value: Any) -> int | None:
    """A whole number below a million, also as 1024.0 or "1024"; None for anything else."""
    if isinstance(value, str) and value.strip().isascii() and value.strip().isdigit():
        value = int(value.strip()[:7])
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return int(value) if 0 <= value < 1_000_000 and value == int(value) else None
