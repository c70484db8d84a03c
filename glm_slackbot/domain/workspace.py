"""What a workspace's admins decide: defaults, quotas, budget, and where and for whom."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, Final, Self

from glm_slackbot.domain.imagine import ImagineDefaults
from glm_slackbot.domain.size import Size

KEEP_PROMPTS_DAYS: Final = 365
MICROS: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Budget:
    """Money a calendar month, in millionths of a currency (ISO 4217)."""

    micros: int
    currency: str


@dataclass(frozen=True, slots=True)
class WorkspaceSettings:
    """What was saved in Slack. None: nothing was, and the installation's default holds."""

    model: str | None = None
    size: Size | None = None
    max_images: int | None = None
    daily_images: int | None = None
    minute_images: int | None = None
    """Images a person and minute; None: as many as the day allows."""
    budget: Budget | None = None
    channels: tuple[str, ...] | None = None
    """Where it may be used; None: everywhere."""
    allows_guests: bool = False
    allows_strangers: bool = False
    """People of other organisations, in shared channels."""
    watermark: bool = True
    locale: str | None = None
    """The language of every answer; None follows the person."""
    prompt_days: int = KEEP_PROMPTS_DAYS
    """Days that prompts and links are kept; 0: none after delivery."""

    def as_json(self) -> dict[str, Any]:
        """As the row keeps it: only what differs from the start."""
        plain: dict[str, Any] = {
            f.name: value
            for f in fields(self)
            if (value := getattr(self, f.name)) != getattr(_START, f.name)
        }
        if self.size is not None:
            plain["size"] = [self.size.width, self.size.height]
        if self.budget is not None:
            plain["budget"] = [self.budget.micros, self.budget.currency]
        if self.channels is not None:
            plain["channels"] = list(self.channels)
        return plain

    @classmethod
    def of_json(cls, plain: Mapping[str, Any]) -> Self:
        """From the row; what a later version wrote and we do not know is left alone."""
        known: dict[str, Any] = {n: plain[n] for n in cls.__dataclass_fields__ if n in plain}
        for name, build in (("size", Size), ("budget", Budget)):
            if known.get(name) is not None:
                known[name] = build(*known[name])
        if known.get("channels") is not None:
            known["channels"] = tuple(known["channels"])
        return cls(**known)

    def defaults(self, installation: ImagineDefaults) -> ImagineDefaults:
        """What holds where a person says nothing else."""
        return replace(
            installation,
            model=self.model or installation.model,
            size=self.size if self.model or self.size else installation.size,
            max_images=self.max_images or installation.max_images,
            watermark=self.watermark,
        )


_START: Final = WorkspaceSettings()


@dataclass(frozen=True, slots=True)
class Limits:
    """What a request is held against in the transaction that writes it."""

    daily_images: int
    minute_images: int | None = None
    budget: Budget | None = None
    channels: tuple[str, ...] | None = None

    @classmethod
    def of(cls, settings: WorkspaceSettings, *, daily_images: int) -> Self:
        """The limits of saved settings; ``daily_images`` is the installation's default."""
        saved = settings.daily_images
        return cls(
            daily_images=daily_images if saved is None else saved,
            minute_images=settings.minute_images,
            budget=settings.budget,
            channels=settings.channels,
        )
