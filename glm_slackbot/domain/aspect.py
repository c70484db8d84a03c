"""From an aspect ratio to the size a model should make."""

from __future__ import annotations

from math import sqrt

from glm_slackbot.domain.errors import UserError
from glm_slackbot.domain.image_models import ImageModel
from glm_slackbot.domain.size import AspectRatio, Size
from glm_slackbot.domain.size_rules import valid_sizes

_TOLERANCE = 0.15


def size_for_ratio(model: ImageModel, ratio: AspectRatio) -> Size:
    """The model's recommended size for the ratio, else the nearest of about the default's area.

    Raises UserError where the model makes nothing so wide or so tall.
    """
    recommended = model.recommended.get(str(ratio.reduced))
    return recommended or _computed(model, ratio)


def sizes_by_ratio(model: ImageModel) -> tuple[tuple[str, Size], ...]:
    """The model's own table, for help: ratio and size."""
    return tuple(model.recommended.items())


def _computed(model: ImageModel, ratio: AspectRatio) -> Size:
    target = _target_area(model, ratio)
    candidates = (
        size for size in valid_sizes(model.name) if abs(size.area - target) <= _TOLERANCE * target
    )
    nearest = min(
        candidates,
        key=lambda size: (ratio.distance(size), abs(size.area - target), size.area),
        default=None,
    )
    if nearest is None or ratio.distance(nearest) > 1 + _TOLERANCE:
        raise _too_far(model, ratio)
    return nearest


def _target_area(model: ImageModel, ratio: AspectRatio) -> float:
    """The default's area, or less where a side of that area would pass the model's limit."""
    longer = max(ratio.value, 1 / ratio.value)
    long_side = min(sqrt(model.default_size.area * longer), model.max_side)
    return long_side * long_side / longer


def _too_far(model: ImageModel, ratio: AspectRatio) -> UserError:
    widest = AspectRatio(model.max_side, model.min_side).reduced
    return UserError(
        "imagine.ratio_too_far",
        asked=str(ratio),
        model=model.name,
        widest=str(widest),
        tallest=f"{widest.height}:{widest.width}",
        example=f"--ar {widest}",
    )
