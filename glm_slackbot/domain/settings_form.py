"""The settings as an admin fills them in, read by the rules; every mistake by its field."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Final, Self

from glm_slackbot.domain.errors import BotError, UserError
from glm_slackbot.domain.flag_values import plain, read_size
from glm_slackbot.domain.image_models import (
    Provider,
    check_provider_has,
    model_named,
    models_at,
)
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
# A comma parts thousands and nothing else: 12,50 is twelve and a half to many, and no 1250.
_AMOUNT: Final = re.compile(r"(?:[0-9]{1,9}|[0-9]{1,3}(?:,[0-9]{3}){1,2})(?:\.[0-9]{1,6})?")
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

    @classmethod
    def showing(cls, settings: WorkspaceSettings, provider: Provider | None) -> Self:
        """The form as it is filled in beforehand, with what is saved and can still be chosen."""
        budget = settings.budget
        currency = provider and provider.currency
        is_sold = provider is None or settings.model in models_at(provider)
        return cls(
            model=settings.model if is_sold else None,
            size=_words(settings.size),
            max_images=_words(settings.max_images),
            daily_images=_words(settings.daily_images),
            minute_images=_words(settings.minute_images),
            budget=_amount(budget) if budget and budget.currency == currency else "",
            currency=currency,
            channels=settings.channels or (),
            allows_guests=settings.allows_guests,
            allows_strangers=settings.allows_strangers,
            watermark=settings.watermark,
            locale=settings.locale,
            prompt_days=_words(settings.prompt_days),
        )


class FormMistakes(Exception):
    """Fields that cannot be used, each with its error."""

    def __init__(self, by_field: Mapping[str, BotError]) -> None:
        super().__init__(by_field)
        self.by_field = by_field


def read_settings_form(
    form: SettingsForm,
    changed: Collection[str],
    before: WorkspaceSettings,
    installation: ImagineDefaults,
) -> WorkspaceSettings:
    """The settings that the form asks for. Raises FormMistakes.

    ``changed`` names what was changed in the form: all else stays as it is saved by now, in
    ``before``. ``installation`` knows the provider of the API key.
    """
    now = SettingsForm.showing(before, installation.provider)
    form = replace(now, **{name: getattr(form, name) for name in {*changed, "currency"}})
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
    typed = plain(form.budget)
    if not typed and before.budget is not None and before.budget.currency != form.currency:
        raise UserError("settings.budget_again", currency=form.currency)
    if not typed or typed in _NO_BUDGET:
        return None
    amount = Decimal(typed.replace(",", "")) if _AMOUNT.fullmatch(typed) else None
    if amount is None or amount > MOST_BUDGET:
        raise UserError("settings.not_amount", most=f"{MOST_BUDGET:,}")
    return Budget(int(amount * MICROS), form.currency)


def _amount(budget: Budget) -> str:
    """As it may be typed: 50, 12.5."""
    whole, rest = divmod(budget.micros, MICROS)
    return f"{whole}.{rest:06}".rstrip("0").rstrip(".")


def _words(saved: object) -> str:
    return "" if saved is None else str(saved)


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
