"""The workspace's settings: a button, a modal with what is saved, and its submission."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck

from glm_slackbot.domain.job import Origin
from glm_slackbot.domain.settings_form import FormMistakes, SettingsForm, read_settings_form
from glm_slackbot.domain.workspace import WorkspaceSettings
from glm_slackbot.listeners.answers import in_words, locale_now
from glm_slackbot.listeners.modals import (
    LOCALE_WITHIN,
    answer_press,
    answer_submission,
    as_view,
)
from glm_slackbot.listeners.payloads import values_of, view_origin
from glm_slackbot.ui import actions
from glm_slackbot.ui.modal import View
from glm_slackbot.ui.settings_modal import (
    BUDGET_FIELD,
    GUESTS,
    NO_WATERMARK,
    NOT_SET,
    STRANGERS,
    field_errors,
    opening_settings_view,
    saved_settings_view,
    saving_view,
    settings_form,
)
from glm_slackbot.workflow.admin import need_admin, save_settings
from glm_slackbot.workflow.rules import Rules, rules_for
from glm_slackbot.workflow.services import Services


def register(app: AsyncApp, services: Services) -> None:
    """Listen to the button and to the modal."""

    async def pressed(body: dict[str, Any], ack: AsyncAck) -> None:
        await ack()
        await _opened(services, body)

    async def pressed_at_budget(body: dict[str, Any], ack: AsyncAck) -> None:
        await ack()
        await _opened(services, body, at_budget=True)

    async def submitted(body: dict[str, Any], ack: AsyncAck) -> None:
        await _submitted(services, body, ack)

    app.action(actions.SETTINGS)(pressed)
    app.action(actions.SETTINGS_AT_BUDGET)(pressed_at_budget)
    app.view(actions.SETTINGS_VIEW)(submitted)


async def _opened(services: Services, body: dict[str, Any], *, at_budget: bool = False) -> None:
    origin = view_origin(body)
    locale = await locale_now(services, origin, within=LOCALE_WITHIN)
    form = _form(services, origin, locale, at_budget=at_budget)
    await answer_press(services, body, origin, opening_settings_view(locale), form)


async def _form(services: Services, origin: Origin, locale: str, *, at_budget: bool) -> View:
    await need_admin(services, origin, "open_settings")
    rules = await rules_for(services, origin)
    return settings_form(
        rules, services.defaults, services.daily_images, locale, at_budget=at_budget
    )


async def _submitted(services: Services, body: dict[str, Any], ack: AsyncAck) -> None:
    """Mistakes at once, under their fields; all else after Slack has had its answer."""
    origin = view_origin(body)
    locale = await locale_now(services, origin, within=LOCALE_WITHIN)
    waiting, form = saving_view(locale), _filled_in(values_of(body))
    rules = await in_words(services, origin, "", rules_for(services, origin), within=LOCALE_WITHIN)
    if not isinstance(rules, Rules):
        await ack(response_action="update", view=as_view(rules, waiting))
        return
    try:
        _read(services, form, rules, rules.workspace.settings)
    except FormMistakes as mistakes:
        errors = field_errors(mistakes.by_field, form.currency, locale)
        await ack(response_action="errors", errors=errors)
        # Whoever may not do this is in the audit log, however badly it was filled in.
        await in_words(services, origin, "", need_admin(services, origin, "change_settings"))
        return
    saved = _saved(services, origin, form, rules, locale)
    await answer_submission(services, body, origin, ack, waiting, saved)


async def _saved(
    services: Services, origin: Origin, form: SettingsForm, rules: Rules, locale: str
) -> View:
    def change(now: WorkspaceSettings) -> WorkspaceSettings:
        return _read(services, form, rules, now)

    try:
        changed = await save_settings(services, origin, change)
    except FormMistakes as mistakes:  # somebody else has saved meanwhile
        raise next(iter(mistakes.by_field.values())) from None
    return saved_settings_view(changed, await rules_for(services, origin), locale)


def _read(
    services: Services, form: SettingsForm, rules: Rules, now: WorkspaceSettings
) -> WorkspaceSettings:
    provider = rules.api_key.provider if rules.api_key else None
    return read_settings_form(form, now, replace(services.defaults, provider=provider))


def _filled_in(values: Mapping[str, Mapping[str, Any]]) -> SettingsForm:
    people, watermark = _ticked(values, "people"), _ticked(values, "watermark")
    budget_field = next((name for name in values if name.startswith(BUDGET_FIELD)), None)
    return SettingsForm(
        model=_chosen(values, "model"),
        size=_typed(values, "size"),
        max_images=_typed(values, "max_images"),
        daily_images=_typed(values, "daily_images"),
        minute_images=_typed(values, "minute_images"),
        budget=_typed(values, budget_field or ""),
        currency=budget_field and budget_field.removeprefix(BUDGET_FIELD),
        channels=tuple(values.get("channels", {}).get("selected_conversations") or ()),
        allows_guests=GUESTS in people,
        allows_strangers=STRANGERS in people,
        watermark=NO_WATERMARK not in watermark,
        locale=_chosen(values, "locale"),
        prompt_days=_typed(values, "prompt_days"),
    )


def _typed(values: Mapping[str, Mapping[str, Any]], name: str) -> str:
    return str(values.get(name, {}).get("value") or "")


def _chosen(values: Mapping[str, Mapping[str, Any]], name: str) -> str | None:
    chosen = (values.get(name, {}).get("selected_option") or {}).get("value")
    return None if chosen in (None, NOT_SET) else str(chosen)


def _ticked(values: Mapping[str, Mapping[str, Any]], name: str) -> set[str]:
    options = values.get(name, {}).get("selected_options") or ()
    return {str(option.get("value")) for option in options}
