"""The settings as an admin fills them in, read by the rules; every mistake by its field."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Final

from glm_slackbot.domain.errors import BotError, UserError
from glm_slackbot.domain.flag_values import plain, read_size
from glm_slackbot.domain.image_models import check_provider_has, model_named
from glm_slackbot.domain.imagine import ImagineDefaults
from glm_slackbot.domain.size import Size
from glm_slackbot.domain.size_rules import check_size
from glm_slackbot.domain.workspace import (
    KEEP_PROMPTS_DAYS,
    MICROS,
    Budget,
    WorkspaceSettings,
)

MOST_IMAGES: Final = 10
MOST_DAILY: Final = 1_000_000
MOST_A_MINUTE: Final = 1000
MOST_CHANNELS: Final = 100
MOST_DAYS: Final = 760
"""Rows go after 25 months, and their prompts with them."""
MOST_BUDGET: Final = 100_000_000

_WHOLE: Final = re.compile(r"[0-9]{1,9}")
_AMOUNT: Final = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,6})?")
_CHANNEL: Final = re.compile(r"[CG][A-Z0-9]{1,31}")
_NO_BUDGET: Final = frozenset({"none", "无", "-"})


@dataclass(frozen=True, slots=True)
class SettingsForm:
    """What was filled in, as it was typed; an empty field is empty."""

    model: str | None = None
    size: str = ""
    max_images: str = ""
    daily_images: str = ""
    minute_images: str = ""
    budget: str = ""
    currency: str | None = None
    """Of the budget as the form showed it; None: it showed none."""
    channels: tuple[str, ...] = ()
    allows_guests: bool = False
    allows_strangers: bool = False
    watermark: bool = True
    locale: str | None = None
    prompt_days: str = ""


class FormMistakes(Exception):
    """Fields that cannot be used, each with its error."""

    def __init__(self, by_field: Mapping[str, BotError]) -> None:
        super().__init__(by_field)
        self.by_field = by_field


def read_settings_form(
    form: SettingsForm, before: WorkspaceSettings, installation: ImagineDefaults
) -> WorkspaceSettings:
    """The settings that the form asks for. Raises FormMistakes.

    ``before`` are those saved now; ``installation`` knows the provider of the API key.
    """
    readers: dict[str, Callable[[], Any]] = {
        "model": lambda: _model(form, installation),
        "size": lambda: _size(form, installation),
        "max_images": lambda: whole(form.max_images, 1, MOST_IMAGES),
        "daily_images": lambda: whole(form.daily_images, 0, MOST_DAILY),
        "minute_images": lambda: whole(form.minute_images, 1, MOST_A_MINUTE),
        "budget": lambda: _budget(form, before, installation),
        "channels": lambda: _channels(form),
        "locale": lambda: _locale(form),
        "prompt_days": lambda: _days(form),
    }
    read: dict[str, Any] = {}
    mistakes: dict[str, BotError] = {}
    for field, reader in readers.items():
        try:
            read[field] = reader()
        except UserError as error:
            mistakes[field] = error
    if mistakes:
        raise FormMistakes(mistakes)
    return replace(
        before,
        allows_guests=form.allows_guests,
        allows_strangers=form.allows_strangers,
        watermark=form.watermark,
        **read,
    )


def whole(words: str, least: int, most: int) -> int | None:
    """A whole number; None where nothing was typed. Raises UserError."""
    typed = plain(words)
    if not typed:
        return None
    if not _WHOLE.fullmatch(typed) or not least <= int(typed) <= most:
        raise UserError("settings.not_whole", least=least, most=most)
    return int(typed)


def _model(form: SettingsForm, installation: ImagineDefaults) -> str | None:
    if form.model is None:
        return None
    model = model_named(form.model)
    if installation.provider is not None:
        check_provider_has(model, installation.provider)
    return model.name


def _size(form: SettingsForm, installation: ImagineDefaults) -> Size | None:
    if not form.size.strip():
        return None
    try:
        model = model_named(form.model or installation.model)
    except UserError:
        return None  # told at the model's own field
    size = read_size(form.size, model)
    check_size(model, size)
    return size


def _budget(
    form: SettingsForm, before: WorkspaceSettings, installation: ImagineDefaults
) -> Budget | None:
    if form.currency is None:
        return before.budget
    provider = installation.provider
    if provider is None or provider.currency != form.currency:
        raise UserError("settings.api_key_changed")
    typed = plain(form.budget).replace(",", "")
    if not typed and before.budget is not None and before.budget.currency != form.currency:
        raise UserError("settings.budget_again", currency=form.currency)
    if not typed or typed in _NO_BUDGET:
        return None
    if not _AMOUNT.fullmatch(typed) or Decimal(typed) > MOST_BUDGET:
        raise UserError("settings.not_amount", most=MOST_BUDGET)
    return Budget(int(Decimal(typed) * MICROS), form.currency)


def _channels(form: SettingsForm) -> tuple[str, ...] | None:
    is_list = all(_CHANNEL.fullmatch(id_) for id_ in form.channels)
    if not is_list or len(form.channels) > MOST_CHANNELS:
        raise UserError("settings.not_channels", most=MOST_CHANNELS)
    return form.channels or None


def _locale(form: SettingsForm) -> str | None:
    if form.locale not in (None, "en", "zh"):
        raise UserError("settings.bad_language")
    return form.locale


def _days(form: SettingsForm) -> int:
    days = whole(form.prompt_days, 0, MOST_DAYS)
    return KEEP_PROMPTS_DAYS if days is None else days
