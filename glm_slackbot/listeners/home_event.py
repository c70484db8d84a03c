"""The Home tab: how to make an image."""

from __future__ import annotations

from typing import Any

import structlog
from slack_bolt.async_app import AsyncApp

from glm_slackbot.domain.errors import BotError
from glm_slackbot.domain.job import Origin, OriginKind
from glm_slackbot.listeners.payloads import enterprise_of, is_org_wide, team_of
from glm_slackbot.ui.help import home_view
from glm_slackbot.workflow.converse import help_params
from glm_slackbot.workflow.reader import ask_who_reads, reader_locale
from glm_slackbot.workflow.services import Services

log = structlog.get_logger(__name__)


def register(app: AsyncApp, services: Services) -> None:
    """Listen to the Home tab being opened."""

    async def home_opened(body: dict[str, Any]) -> None:
        await _publish(services, _origin(body))

    app.event("app_home_opened", matchers=[is_home_tab])(home_opened)


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


async def _publish(services: Services, origin: Origin) -> None:
    """Slack opens the tab again whenever a person does: a failure is logged and that is all."""
    try:
        person = await ask_who_reads(services, origin)
        locale = person.locale or await reader_locale(services, origin, "")
        view = home_view(locale, **await help_params(services, origin))
        await services.delivery.publish_home(origin, view)
    except BotError as error:
        log.info("a Home tab could not be shown", reason=str(error))
