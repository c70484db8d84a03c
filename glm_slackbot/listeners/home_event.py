"""The Home tab: how to make an image."""

from __future__ import annotations

from typing import Any

import structlog
from slack_bolt.async_app import AsyncApp

from glm_slackbot.domain.errors import BotError
from glm_slackbot.domain.job import Origin, OriginKind
from glm_slackbot.ui.admin_controls import admin_blocks
from glm_slackbot.ui.help import home_view
from glm_slackbot.workflow.admin import is_admin
from glm_slackbot.workflow.converse import help_params
from glm_slackbot.workflow.reader import ask_who_reads, reader_locale
from glm_slackbot.workflow.rules import rules_for
from glm_slackbot.workflow.services import Services

log = structlog.get_logger(__name__)


def register(app: AsyncApp, services: Services) -> None:
    """Listen to the Home tab being opened."""

    async def home_opened(body: dict[str, Any]) -> None:
        await show_home(services, _origin(body))

    app.event("app_home_opened", matchers=[is_home_tab])(home_opened)


async def is_home_tab(event: dict[str, Any]) -> bool:
    """The Home tab, not the messages beside it."""
    return event.get("tab") == "home"


def _origin(body: dict[str, Any]) -> Origin:
    event = body["event"]
    return Origin(
        kind=OriginKind.MESSAGE,
        team_id=body.get("team_id") or "",
        enterprise_id=body.get("enterprise_id") or None,
        user_id=event["user"],
        channel_id=event.get("channel") or "",
        dedupe_key="",
    )


async def show_home(services: Services, origin: Origin) -> None:
    """Slack opens the tab again whenever a person does: a failure is logged and that is all."""
    try:
        person = await ask_who_reads(services, origin)
        locale = person.locale or await reader_locale(services, origin, "")
        view = home_view(locale, **await help_params(services, origin))
        if is_admin(services, origin, person):
            rules = await rules_for(services, origin)
            view["blocks"] += admin_blocks(rules.workspace, rules, locale)
        await services.delivery.publish_home(origin, view)
    except BotError as error:
        log.info("a Home tab could not be shown", reason=str(error))
