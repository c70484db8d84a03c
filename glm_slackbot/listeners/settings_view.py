"""The workspace's settings: a button, a modal with what is saved, and its submission."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck

from glm_slackbot.domain.job import Origin
from glm_slackbot.domain.settings_form import FormMistakes, read_settings_form
from glm_slackbot.domain.workspace import WorkspaceSettings
from glm_slackbot.listeners.answers import in_words, locale_now
from glm_slackbot.listeners.modals import (
    LOCALE_WITHIN,
    answer_press,
    answer_submission,
    as_view,
)
from glm_slackbot.listeners.payloads import view_origin
from glm_slackbot.listeners.settings_fields import FilledIn, filled_in
from glm_slackbot.ui import actions
from glm_slackbot.ui.modal import View
from glm_slackbot.ui.settings_modal import (
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
    waiting, typed = saving_view(locale), filled_in(body)
    rules = await in_words(services, origin, "", rules_for(services, origin), within=LOCALE_WITHIN)
    if not isinstance(rules, Rules):
        await ack(response_action="update", view=as_view(rules, waiting))
        return
    try:
        _read(services, typed, rules, rules.workspace.settings)
    except FormMistakes as mistakes:
        errors = field_errors(mistakes.by_field, typed.form.currency, locale)
        await ack(response_action="errors", errors=errors)
        # Whoever may not do this is in the audit log, however badly it was filled in.
        await in_words(services, origin, "", need_admin(services, origin, "change_settings"))
        return
    saved = _saved(services, origin, typed, rules, locale)
    await answer_submission(services, body, origin, ack, waiting, saved)


async def _saved(
    services: Services, origin: Origin, typed: FilledIn, rules: Rules, locale: str
) -> View:
    def change(now: WorkspaceSettings) -> WorkspaceSettings:
        return _read(services, typed, rules, now)

    try:
        changed = await save_settings(services, origin, change)
    except FormMistakes as mistakes:  # somebody else has saved meanwhile
        raise next(iter(mistakes.by_field.values())) from None
    return saved_settings_view(changed, await rules_for(services, origin), locale)


def _read(
    services: Services, typed: FilledIn, rules: Rules, now: WorkspaceSettings
) -> WorkspaceSettings:
    provider = rules.api_key.provider if rules.api_key else None
    installation = replace(services.defaults, provider=provider)
    return read_settings_form(typed.form, typed.changed, now, installation)
