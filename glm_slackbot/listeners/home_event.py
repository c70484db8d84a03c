"""The Home tab: everybody's own images and usage, and the workspace's month for admins."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import structlog
from slack_bolt.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck

from glm_slackbot.domain.errors import BotError, UserError
from glm_slackbot.domain.job import Origin, OriginKind
from glm_slackbot.listeners.answers import in_words
from glm_slackbot.listeners.payloads import Press, enterprise_of, is_org_wide, press_of, team_of
from glm_slackbot.ui import actions
from glm_slackbot.ui.admin_controls import admin_blocks
from glm_slackbot.ui.card import Card
from glm_slackbot.ui.home import AdminReport, card_home, help_modal, home_view
from glm_slackbot.ui.words import Markup, error_words, say
from glm_slackbot.workflow.admin import is_admin
from glm_slackbot.workflow.converse import help_params
from glm_slackbot.workflow.ports import Person
from glm_slackbot.workflow.prepare import check_person
from glm_slackbot.workflow.reader import ask_who_reads, reader_locale
from glm_slackbot.workflow.services import Services
from glm_slackbot.workflow.usage_report import UsageReport, month_of_workspace, usage_report

log = structlog.get_logger(__name__)

HOME_WITHIN = 600.0
"""Seconds; nobody waits for an answer, and a slow database is better than none."""


def register(app: AsyncApp, services: Services) -> None:
    """Listen to the Home tab being opened."""

    async def home_opened(body: dict[str, Any]) -> None:
        await show_home(services, _origin(body))

    async def help_pressed(body: dict[str, Any], ack: AsyncAck) -> None:
        await ack()
        await _show_help(services, press_of(body))

    app.event("app_home_opened", matchers=[is_home_tab])(home_opened)
    app.action(actions.SHOW_HELP)(help_pressed)


async def is_home_tab(event: dict[str, Any]) -> bool:
    """The Home tab, not the messages beside it."""
    return event.get("tab") == "home"


def _origin(body: dict[str, Any]) -> Origin:
    event = body["event"]
    return Origin(
        kind=OriginKind.MESSAGE,
        team_id=team_of(body),
        enterprise_id=enterprise_of(body),
        user_id=event["user"],
        channel_id=event.get("channel") or "",
        dedupe_key="",
        is_org_wide=is_org_wide(body),
    )


async def _admin_report(
    services: Services, origin: Origin, report: UsageReport, locale: str
) -> AdminReport:
    of_month = await month_of_workspace(services, origin.workspace_id)
    await services.people.note_admin(origin, services.clock.now(), locale)
    rules = report.rules
    controls = admin_blocks(rules.workspace, rules, locale)
    return AdminReport(of_month, rules.limits.budget, controls)


def _notes(person: Person, report: UsageReport, locale: str) -> Sequence[Markup]:
    """What the reader may not, or what is not to be seen just now."""
    if not person.is_told:
        return [say("home.slack_does_not_tell", locale)]
    try:
        check_person(person, report.rules.workspace.settings)
    except UserError as error:
        return [error_words(error, locale)]
    return ()


async def _show_help(services: Services, press: Press) -> None:
    origin = press.origin()
    locale = await reader_locale(services, origin, "")
    view = help_modal(locale, **await help_params(services, origin))
    try:
        await services.delivery.open_view(origin, press.trigger_id, view)
    except BotError as error:
        log.info("help could not be shown", reason=str(error))


async def show_home(services: Services, origin: Origin) -> None:
    """What cannot be shown is told in its place; Slack asks again whenever the tab is opened."""
    view = await in_words(services, origin, "", _home(services, origin), within=HOME_WITHIN)
    try:
        await services.delivery.publish_home(
            origin, card_home(view) if isinstance(view, Card) else view
        )
    except BotError as error:
        log.info("a Home tab could not be shown", reason=str(error))


async def _home(services: Services, origin: Origin) -> dict[str, Any]:
    person = await ask_who_reads(services, origin)
    locale = person.locale or await reader_locale(services, origin, "")
    report = await usage_report(services, origin)
    admin = None
    if is_admin(services, origin, person):
        admin = await _admin_report(services, origin, report, locale)
    notes = _notes(person, report, locale) if admin is None else ()
    return home_view(report, admin, locale, notes=notes)
