"""Every listener, on one screen."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from slack_bolt.async_app import AsyncApp

from glm_slackbot.listeners import (
    api_key_view,
    budget_actions,
    home_event,
    imagine_command,
    mention_event,
    message_event,
    result_actions,
    settings_view,
)
from glm_slackbot.workflow.services import Services

COMMAND: Final = "command"
MENTION: Final = "mention"
MESSAGE: Final = "message"
ACTIONS: Final = "actions"
HOME: Final = "home"

ALL: Final = frozenset({COMMAND, MENTION, MESSAGE, ACTIONS, HOME})


def register_listeners(
    app: AsyncApp, services: Services, *, command: str, listen: Collection[str] = ALL
) -> None:
    """Put our listeners on an app; those not named in ``listen`` are left out."""
    unknown = set(listen) - ALL
    if unknown:
        raise ValueError(f"no such listener: {sorted(unknown)}; there are {sorted(ALL)}")
    if COMMAND in listen:
        imagine_command.register(app, services, command)
    if MENTION in listen:
        mention_event.register(app, services)
    if MESSAGE in listen:
        message_event.register(app, services)
    if ACTIONS in listen:
        result_actions.register(app, services)
        budget_actions.register(app, services)
    if HOME in listen:
        home_event.register(app, services)
        api_key_view.register(app, services)
        settings_view.register(app, services)
