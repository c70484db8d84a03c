"""What the values of flags mean."""

from __future__ import annotations

import re
from fractions import Fraction

from glm_slackbot.domain.characters import to_half_width
from glm_slackbot.domain.errors import UserError
from glm_slackbot.domain.image_models import ImageModel
from glm_slackbot.domain.size import AspectRatio, Size

# Digits are bounded: a number of thousands of digits is a mistake, and slow or refused as an int.
_SIZE = re.compile(r"\s*([0-9]{1,9})\s*[x×*]\s*([0-9]{1,9})\s*")
_NUMBER = r"[0-9]{1,5}(?:\.[0-9]{1,3})?"
_RATIO = re.compile(rf"\s*({_NUMBER})\s*:\s*({_NUMBER})\s*")
_COUNT = re.compile(r"\s*[0-9]{1,9}\s*")
_NAMED_RATIOS = {"square": "1:1", "landscape": "4:3", "portrait": "3:4"}


def plain(value: str) -> str:
    """A value without its width and case, as names and numbers are compared."""
    return to_half_width(value).strip().lower()


def read_size(value: str, model: ImageModel) -> Size:
    """``WxH`` as a size; UserError where it is no size at all."""
    match = _SIZE.fullmatch(plain(value))
    if match is None:
        raise UserError(
            "imagine.bad_size", asked=value[:60], example=f"--size {model.default_size}"
        )
    return Size(int(match[1]), int(match[2]))


def read_ratio(value: str) -> AspectRatio:
    """``W:H`` or a name as a ratio; UserError where it is none."""
    named = plain(value)
    match = _RATIO.fullmatch(_NAMED_RATIOS.get(named, named))
    width, height = (Fraction(match[1]), Fraction(match[2])) if match else (0, 0)
    if not width or not height:
        raise UserError("imagine.bad_ratio", asked=value[:60], example="--ar 16:9")
    ratio = Fraction(width, height)
    return AspectRatio(ratio.numerator, ratio.denominator)


def read_count(value: str, most: int) -> int:
    """How many images; UserError unless 1 to ``most``."""
    match = _COUNT.fullmatch(plain(value))
    return check_count(int(match[0]) if match else 0, most, asked=value[:60])


def check_count(count: int, most: int, *, asked: str | None = None) -> int:
    """The count; UserError unless 1 to ``most``. ``asked``: as it was typed."""
    if not 1 <= count <= most:
        raise UserError(
            "imagine.bad_count",
            asked=str(count) if asked is None else asked,
            most=most,
            example=f"--n {min(2, most)}",
        )
    return count


def read_quality(value: str, model: ImageModel) -> str:
    """A quality that the model offers; UserError otherwise."""
    quality = plain(value)
    if quality not in model.qualities:
        raise UserError(
            "imagine.bad_quality",
            asked=value[:60],
            model=model.name,
            qualities=model.qualities,
            example=f"--quality {model.qualities[-1]}",
        )
    return quality
