"""What the real GLM API refuses, refused here too: API keys, models, sizes and the other fields."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, Final

from glm_slackbot.domain.image_models import MODELS, ImageModel, Provider
from glm_slackbot.domain.size import Size
from glm_slackbot.sandbox.glm_tokens import is_token_of

PROMPT_LIMIT: Final = 1000
_SIZE: Final = re.compile(r"([0-9]{1,5})x([0-9]{1,5})")
_BEARER: Final = re.compile(r"Bearer ([!-~]+)")


class Refused(Exception):
    """The request breaks a rule: the code to answer with, and what the message names."""

    def __init__(self, code: str, message: str | None = None) -> None:
        super().__init__(code, message)
        self.code = code
        self.message = message


def check_authorization(header: str | None, expected: str) -> None:
    """Refused unless the header carries the API key of the host that is asked, or its token."""
    if not header:
        raise Refused("1001", "Authorization header is missing")
    found = _BEARER.fullmatch(header)
    if not found or found[1].count(".") not in (1, 2):
        raise Refused("1002", "Authorization token is malformed")
    if found[1] != expected and not is_token_of(found[1], expected):
        raise Refused("401")


def read_order(body: bytes, content_type: str, provider: Provider, path: str) -> dict[str, Any]:
    """The checked fields of a purchase; unknown fields are ignored, as the real API does."""
    fields = _json_object(body, content_type)
    model = _model(fields.get("model"), provider)
    if path.startswith("/async/") and not model.is_async:
        raise Refused("1212")
    _check_prompt(fields.get("prompt"))
    if fields.get("quality", model.qualities[0]) not in model.qualities:
        raise Refused("1214", "quality is not supported by this model")
    _check_optional(fields)
    size = _size(fields.get("size", str(model.default_size)), model)
    return {**fields, "size": size}


def _json_object(body: bytes, content_type: str) -> Mapping[str, Any]:
    if content_type != "application/json":
        raise Refused("1210", "Content-Type must be application/json")
    try:
        fields = json.loads(body)
    except ValueError:
        raise Refused("1210", "the body is not JSON") from None
    if not isinstance(fields, dict):
        raise Refused("1210", "the body is not a JSON object")
    return fields


def _model(name: object, provider: Provider) -> ImageModel:
    if not isinstance(name, str) or not name:
        raise Refused("1214", "model must not be empty")
    if name not in MODELS or provider not in MODELS[name].price_micros:
        raise Refused("1211")
    return MODELS[name]


def _check_prompt(prompt: object) -> None:
    if not isinstance(prompt, str) or not prompt.strip():
        raise Refused("1214", "prompt must not be empty")
    if len(prompt) > PROMPT_LIMIT:
        raise Refused("1261")


def _size(written: object, model: ImageModel) -> Size:
    found = _SIZE.fullmatch(written) if isinstance(written, str) else None
    if not found:
        raise Refused("1214", "size must be WIDTHxHEIGHT")
    size = Size(int(found[1]), int(found[2]))
    for side in (size.width, size.height):
        if not model.min_side <= side <= model.max_side or side % model.step:
            raise Refused("1214", f"size {size} is not supported by {model.name}")
    if size.area > model.max_area:
        raise Refused("1214", f"size {size} has too many pixels")
    return size


def _check_optional(fields: Mapping[str, Any]) -> None:
    if not isinstance(fields.get("watermark_enabled", True), bool):
        raise Refused("1214", "watermark_enabled must be a boolean")
    user_id = fields.get("user_id", "no user")
    if not isinstance(user_id, str) or not 6 <= len(user_id) <= 128:
        raise Refused("1214", "user_id must have 6 to 128 characters")
    if not isinstance(fields.get("request_id", ""), str):
        raise Refused("1214", "request_id must be a string")
