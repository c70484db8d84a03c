"""The modal for a workspace's settings: as they are saved, with the installation's beside them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from glm_slackbot.domain.errors import BotError
from glm_slackbot.domain.image_models import MODELS, models_at
from glm_slackbot.domain.imagine import ImagineDefaults
from glm_slackbot.domain.settings_form import (
    MOST_A_MINUTE,
    MOST_BUDGET,
    MOST_CHANNELS,
    MOST_DAILY,
    MOST_DAYS,
    MOST_IMAGES,
    SettingsForm,
)
from glm_slackbot.texts import text
from glm_slackbot.ui import actions
from glm_slackbot.ui.admin_controls import warnings
from glm_slackbot.ui.blocks import Element, section
from glm_slackbot.ui.card import Block
from glm_slackbot.ui.modal import View, field, form_view, one_of, option, ticks, words_view
from glm_slackbot.ui.settings_words import settings_words
from glm_slackbot.ui.words import money, say
from glm_slackbot.workflow.rules import Rules

NOT_SET = "not_set"
"""The answer of a menu that stands for: nothing saved."""
BUDGET_FIELD = "budget_"
"""The start of a block id that ends in the currency, so that a submission says what it meant."""
GUESTS, STRANGERS, NO_WATERMARK = "guests", "strangers", "no_watermark"


def settings_title(locale: str) -> str:
    """What stands above every modal about the settings."""
    return text("settings.title", locale)


def opening_settings_view(locale: str) -> View:
    """While Slack is asked who presses: a trigger would not live as long."""
    return words_view(settings_title(locale), locale, say("admin.opening", locale))


def saving_view(locale: str) -> View:
    """While the right to change them is looked up again."""
    return words_view(settings_title(locale), locale, say("settings.saving", locale))


def saved_settings_view(changed: Sequence[str], rules: Rules, locale: str) -> View:
    """What holds from now on."""
    told = say("settings.saved" if changed else "settings.unchanged", locale)
    now = settings_words(rules.workspace, rules, locale)
    return words_view(settings_title(locale), locale, told, now, *warnings(rules, locale))


def field_errors(
    mistakes: Mapping[str, BotError], currency: str | None, locale: str
) -> dict[str, str]:
    """Mistakes as Slack shows them, each under its field."""
    return {
        (f"{BUDGET_FIELD}{currency}" if name == "budget" else name): _without_flags(error, locale)
        for name, error in mistakes.items()
    }


def _without_flags(error: BotError, locale: str) -> str:
    """Under a field Slack shows backticks as they are, and its example is typed without a flag."""
    params = dict(error.params)
    if "example" in params:
        params["example"] = str(params["example"]).split(" ", 1)[-1]
    return text(error.text_id, locale, **params).replace("`", "")


def settings_form(
    rules: Rules,
    installation: ImagineDefaults,
    daily_images: int,
    locale: str,
    *,
    at_budget: bool = False,
) -> View:
    """The form. ``installation`` and ``daily_images`` are what holds where nothing is saved;
    ``at_budget`` begins with the budget.
    """
    provider = None if rules.api_key is None else rules.api_key.provider
    shown = SettingsForm.showing(rules.workspace.settings, provider)
    money_fields = _of_money(shown, rules, locale)
    if at_budget and shown.currency:
        money_fields[0]["element"]["focus_on_load"] = True
    return form_view(
        settings_title(locale),
        locale,
        callback_id=actions.SETTINGS_VIEW,
        submit=text("admin.save", locale),
        blocks=[
            *(money_fields if at_budget else ()),
            *_of_images(shown, rules, installation, locale),
            *_of_quotas(shown, installation, daily_images, locale),
            *(() if at_budget else money_fields),
            *_of_people(shown, locale),
            _watermark(shown, locale),
            _language(shown, locale),
            _days(shown, locale),
        ],
    )


def _of_images(
    shown: SettingsForm, rules: Rules, installation: ImagineDefaults, locale: str
) -> list[Block]:
    sold = models_at(rules.api_key.provider) if rules.api_key else tuple(MODELS)
    as_set_up = text("settings.as_set_up", locale, value=installation.model)
    models = [option(NOT_SET, as_set_up), *(option(name, name) for name in sold)]
    return [
        field(
            "model",
            text("settings.model", locale),
            one_of("static_select", models, shown.model or NOT_SET),
            optional=False,
        ),
        field(
            "size",
            text("settings.size", locale),
            _typed(shown.size),
            hint=_size_hint(installation, locale),
        ),
    ]


def _size_hint(installation: ImagineDefaults, locale: str) -> str:
    size = installation.size or text("settings.models_own", locale)
    return text("settings.size_hint", locale, value=size)


def _of_quotas(
    shown: SettingsForm, installation: ImagineDefaults, daily_images: int, locale: str
) -> list[Block]:
    most = installation.max_images
    return [
        field(
            "max_images",
            text("settings.max_images", locale),
            _number(shown.max_images, 1, MOST_IMAGES),
            hint=text("settings.max_images_hint", locale, value=most, most=MOST_IMAGES),
        ),
        field(
            "daily_images",
            text("settings.daily_images", locale),
            _number(shown.daily_images, 0, MOST_DAILY),
            hint=text("settings.daily_images_hint", locale, value=daily_images),
        ),
        field(
            "minute_images",
            text("settings.minute_images", locale),
            _number(shown.minute_images, 1, MOST_A_MINUTE),
            hint=text("settings.minute_images_hint", locale),
        ),
    ]


def _of_money(shown: SettingsForm, rules: Rules, locale: str) -> list[Block]:
    """Nothing to fill in without an API key: which currency it would be, nobody knows."""
    currency, budget = shown.currency, rules.limits.budget
    if currency is None:
        return [section(say("settings.no_budget_yet", locale))]
    hint = text("settings.budget_hint", locale, most=f"{MOST_BUDGET:,}")
    if budget is not None and budget.currency != currency:
        earlier = money(budget.micros, budget.currency)
        hint = text("settings.budget_again_hint", locale, earlier=earlier, currency=currency)
    label = text("settings.budget", locale, currency=currency)
    return [field(f"{BUDGET_FIELD}{currency}", label, _typed(shown.budget), hint=hint)]


def _of_people(shown: SettingsForm, locale: str) -> list[Block]:
    places: Element = {
        "type": "multi_conversations_select",
        "max_selected_items": MOST_CHANNELS,
        "filter": {"include": ["public", "private"]},
    }
    if shown.channels:
        places["initial_conversations"] = list(shown.channels)
    who = [
        option(GUESTS, text("settings.guests", locale)),
        option(STRANGERS, text("settings.strangers", locale)),
    ]
    allowed = {GUESTS: shown.allows_guests, STRANGERS: shown.allows_strangers}
    return [
        field(
            "channels",
            text("settings.channels", locale),
            places,
            hint=text("settings.channels_hint", locale),
        ),
        field(
            "people",
            text("settings.people", locale),
            ticks(who, [name for name, may in allowed.items() if may]),
            hint=text("settings.people_hint", locale),
        ),
    ]


def _watermark(shown: SettingsForm, locale: str) -> Block:
    wish = option(NO_WATERMARK, text("settings.no_watermark", locale))
    return field(
        "watermark",
        text("settings.watermark", locale),
        ticks([wish], [] if shown.watermark else [NO_WATERMARK]),
        hint=text("settings.watermark_hint", locale),
    )


def _language(shown: SettingsForm, locale: str) -> Block:
    languages = [
        option(NOT_SET, text("settings.each_persons", locale)),
        option("en", text("settings.english", locale)),
        option("zh", text("settings.chinese", locale)),
    ]
    chosen = one_of("static_select", languages, shown.locale or NOT_SET)
    return field("locale", text("settings.language", locale), chosen, optional=False)


def _days(shown: SettingsForm, locale: str) -> Block:
    return field(
        "prompt_days",
        text("settings.days", locale),
        _number(shown.prompt_days, 0, MOST_DAYS),
        hint=text("settings.days_hint", locale, most=MOST_DAYS),
    )


def _typed(shown: str) -> Element:
    return {"type": "plain_text_input", "max_length": 20, **_initial(shown)}


def _number(shown: str, least: int, most: int) -> Element:
    limits = {"min_value": str(least), "max_value": str(most)}
    return {"type": "number_input", "is_decimal_allowed": False, **limits, **_initial(shown)}


def _initial(shown: str) -> Element:
    return {"initial_value": shown} if shown else {}
