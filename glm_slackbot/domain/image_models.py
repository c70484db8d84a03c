"""What each image model allows, and what an image costs: one table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from glm_slackbot.domain.errors import UserError
from glm_slackbot.domain.size import Size


class Provider(StrEnum):
    """An official host that an API key belongs to."""

    BIGMODEL = "bigmodel"
    ZAI = "z.ai"

    @property
    def host(self) -> str:
        """The name its API is called by."""
        return "open.bigmodel.cn" if self is Provider.BIGMODEL else "api.z.ai"

    @property
    def currency(self) -> str:
        """What it bills in, by ISO 4217."""
        return "CNY" if self is Provider.BIGMODEL else "USD"

    @property
    def other(self) -> Provider:
        """The one that a refused API key usually belongs to."""
        return Provider.ZAI if self is Provider.BIGMODEL else Provider.BIGMODEL


@dataclass(frozen=True)
class ImageModel:
    """One model's rules: sides in pixels, areas in pixels, prices in millionths."""

    name: str
    default_size: Size
    recommended: Mapping[str, Size]
    min_side: int
    max_side: int
    step: int
    max_area: int
    qualities: tuple[str, ...]
    sends_quality: bool
    """Whether the wanted quality goes over the wire; glm-image knows one and is not told."""
    is_async: bool
    """Whether images are bought by submit and poll rather than by generate-and-wait."""
    price_micros: Mapping[Provider, int]
    """Price of an image; a provider that lacks the model is absent."""


_GLM_SIZES = MappingProxyType(
    {
        "1:1": Size(1280, 1280),
        "3:2": Size(1568, 1056),
        "2:3": Size(1056, 1568),
        "4:3": Size(1472, 1088),
        "3:4": Size(1088, 1472),
        "16:9": Size(1728, 960),
        "9:16": Size(960, 1728),
    }
)
_COGVIEW_SIZES = MappingProxyType(
    {
        "1:1": Size(1024, 1024),
        "4:3": Size(1152, 864),
        "3:4": Size(864, 1152),
        "16:9": Size(1344, 768),
        "9:16": Size(768, 1344),
        "2:1": Size(1440, 720),
        "1:2": Size(720, 1440),
    }
)


def _cogview(name: str, price_micros: dict[Provider, int]) -> ImageModel:
    return ImageModel(
        name=name,
        default_size=Size(1024, 1024),
        recommended=_COGVIEW_SIZES,
        min_side=512,
        max_side=2048,
        step=16,
        max_area=2**21,
        qualities=("standard", "hd"),
        sends_quality=True,
        is_async=False,
        price_micros=MappingProxyType(price_micros),
    )


_GLM_IMAGE = ImageModel(
    name="glm-image",
    default_size=Size(1280, 1280),
    recommended=_GLM_SIZES,
    min_side=512,
    max_side=2048,
    step=32,
    max_area=2**22,
    qualities=("hd",),
    sends_quality=False,
    is_async=True,
    price_micros=MappingProxyType({Provider.BIGMODEL: 100_000, Provider.ZAI: 15_000}),
)

MODELS: Mapping[str, ImageModel] = MappingProxyType(
    {
        model.name: model
        for model in (
            _GLM_IMAGE,
            _cogview("cogview-4", {Provider.BIGMODEL: 60_000}),
            _cogview("cogview-4-250304", {Provider.BIGMODEL: 60_000, Provider.ZAI: 10_000}),
            _cogview("cogview-3-flash", {Provider.BIGMODEL: 0}),
        )
    }
)


def model_named(name: str) -> ImageModel:
    """The model of that name; UserError with the names there are."""
    model = MODELS.get(name)
    if model is None:
        raise UserError(
            "imagine.bad_model",
            asked=name[:60],
            models=tuple(MODELS),
            example=f"--model {next(iter(MODELS))}",
        )
    return model


def models_at(provider: Provider) -> tuple[str, ...]:
    """Names of the models that a provider has."""
    return tuple(name for name, model in MODELS.items() if provider in model.price_micros)


def check_provider_has(model: ImageModel, provider: Provider) -> None:
    """UserError unless the API key's host sells the model."""
    if provider not in model.price_micros:
        raise UserError(
            "imagine.model_not_at_provider",
            model=model.name,
            provider=provider.host,
            available=models_at(provider),
            example=f"--model {models_at(provider)[0]}",
        )


def price_micros(model_name: str, provider: Provider) -> int:
    """Table price of one image, in millionths of the provider's currency."""
    model = model_named(model_name)
    check_provider_has(model, provider)
    return model.price_micros[provider]
