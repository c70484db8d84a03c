"""Set, test and remove the workspace's API key: two buttons, a modal, a question before Remove."""

from __future__ import annotations

from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck

from glm_slackbot.domain.errors import BotError, UserError
from glm_slackbot.domain.image_models import Provider
from glm_slackbot.domain.job import Origin
from glm_slackbot.listeners.answers import in_words, locale_now
from glm_slackbot.listeners.home_event import show_home
from glm_slackbot.listeners.modals import LOCALE_WITHIN, answer_press, answer_submission
from glm_slackbot.listeners.payloads import values_of, view_origin
from glm_slackbot.texts import text
from glm_slackbot.ui import actions
from glm_slackbot.ui.api_key_modal import (
    PROVIDER_FIELD,
    SECRET_FIELD,
    accepted_view,
    api_key_form,
    checking_view,
    not_saved_view,
    opening_view,
    removed_view,
    saved_view,
)
from glm_slackbot.ui.modal import View
from glm_slackbot.workflow import saved_api_key
from glm_slackbot.workflow.admin import need_admin
from glm_slackbot.workflow.rules import rules_for
from glm_slackbot.workflow.services import Services


def register(app: AsyncApp, services: Services) -> None:
    """Listen to the buttons about the API key, and to its modal."""

    async def set_pressed(body: dict[str, Any], ack: AsyncAck) -> None:
        await ack()
        origin = view_origin(body)
        locale = await locale_now(services, origin, within=LOCALE_WITHIN)
        form = _form(services, origin, locale)
        await answer_press(services, body, origin, opening_view(locale), form)

    async def test_pressed(body: dict[str, Any], ack: AsyncAck) -> None:
        await ack()
        origin = view_origin(body)
        locale = await locale_now(services, origin, within=LOCALE_WITHIN)
        tested = _tested(services, origin, locale)
        await answer_press(services, body, origin, checking_view(locale), tested)

    async def remove_pressed(body: dict[str, Any], ack: AsyncAck) -> None:
        await ack()
        origin = view_origin(body)
        locale = await locale_now(services, origin, within=LOCALE_WITHIN)
        removed = _removed(services, origin, locale)
        await answer_press(services, body, origin, opening_view(locale), removed)
        await show_home(services, origin)

    async def submitted(body: dict[str, Any], ack: AsyncAck) -> None:
        await _submitted(services, body, ack)

    app.action(actions.SET_API_KEY)(set_pressed)
    app.action(actions.TEST_API_KEY)(test_pressed)
    app.action(actions.REMOVE_API_KEY)(remove_pressed)
    app.view(actions.API_KEY_VIEW)(submitted)


async def _submitted(services: Services, body: dict[str, Any], ack: AsyncAck) -> None:
    """Mistakes of shape at once; all else after Slack has had its answer."""
    origin = view_origin(body)
    locale = await locale_now(services, origin, within=LOCALE_WITHIN)
    provider, secret, mistakes = _filled_in(body, locale)
    if provider is None or mistakes:
        await ack(response_action="errors", errors=mistakes)
        # Whoever may not do this is in the audit log, however badly it was filled in.
        await in_words(services, origin, "", need_admin(services, origin, "set_api_key"))
        return
    saved = _saved(services, origin, provider, secret, locale)
    await answer_submission(services, body, origin, ack, checking_view(locale), saved)


def _filled_in(body: dict[str, Any], locale: str) -> tuple[Provider | None, str, dict[str, str]]:
    values, mistakes = values_of(body), {}
    chosen = values.get(PROVIDER_FIELD, {}).get("selected_option") or {}
    secret = str(values.get(SECRET_FIELD, {}).get("value") or "").strip()
    provider = next((p for p in Provider if p.value == chosen.get("value")), None)
    if provider is None:
        mistakes[PROVIDER_FIELD] = text("api_key.no_provider", locale)
    try:
        saved_api_key.check_api_key_shape(secret)
    except UserError as error:
        mistakes[SECRET_FIELD] = text(error.text_id, locale, **error.params)
    return provider, secret, mistakes


async def _form(services: Services, origin: Origin, locale: str) -> View:
    await need_admin(services, origin, "set_api_key")
    saved_api_key.need_secret_box(services)
    rules = await rules_for(services, origin)
    saved = rules.workspace.api_key
    provider = rules.api_key.provider.value if rules.api_key else None
    return api_key_form(saved.provider if saved else provider, locale)


async def _saved(
    services: Services, origin: Origin, provider: Provider, secret: str, locale: str
) -> View:
    try:
        saved = await saved_api_key.save_api_key(services, origin, provider, secret)
    except BotError as error:
        workspace = await services.workspaces.find(origin.workspace_id)
        return not_saved_view(error, workspace, locale)
    return saved_view(saved.provider, saved.rules, locale)


async def _tested(services: Services, origin: Origin, locale: str) -> View:
    return accepted_view(await saved_api_key.test_api_key(services, origin), locale)


async def _removed(services: Services, origin: Origin, locale: str) -> View:
    await saved_api_key.remove_api_key(services, origin)
    return removed_view(await rules_for(services, origin), locale)
