"""Which sizes a model makes, and the nearest it does make."""

from __future__ import annotations

from functools import cache

from glm_slackbot.domain.errors import UserError
from glm_slackbot.domain.image_models import MODELS, ImageModel
from glm_slackbot.domain.size import Size


def fits(model: ImageModel, size: Size) -> bool:
    """Whether the model makes that size."""
    return _broken_rule(model, size) is None


def check_size(model: ImageModel, size: Size) -> None:
    """UserError with the broken rule and the nearest size that works."""
    broken = _broken_rule(model, size)
    if broken is not None:
        raise UserError(
            broken,
            asked=str(size),
            model=model.name,
            smallest=model.min_side,
            largest=model.max_side,
            step=model.step,
            most=model.max_area,
            pixels=size.area,
            example=f"--size {nearest_size(model, size)}",
        )


def nearest_size(model: ImageModel, size: Size) -> Size:
    """The size the model does make that changes the two sides least."""
    return min(
        valid_sizes(model.name),
        key=lambda valid: (
            (valid.width - size.width) ** 2 + (valid.height - size.height) ** 2,
            valid.area,
            valid.width,
        ),
    )


@cache
def valid_sizes(model_name: str) -> tuple[Size, ...]:
    """Every size the model makes, a few thousand."""
    model = MODELS[model_name]
    sides = range(model.min_side, model.max_side + 1, model.step)
    return tuple(
        Size(width, height)
        for width in sides
        for height in sides
        if width * height <= model.max_area
    )


def _broken_rule(model: ImageModel, size: Size) -> str | None:
    sides = (size.width, size.height)
    if not all(model.min_side <= side <= model.max_side for side in sides):
        return "imagine.size_out_of_limits"
    if any(side % model.step for side in sides):
        return "imagine.size_off_step"
    if size.area > model.max_area:
        return "imagine.size_too_many_pixels"
    return None
