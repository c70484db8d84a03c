"""The plugin: our listeners on anyone's AsyncApp.

Nothing else of the app is touched: no middleware of its own, no error listener, no token.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from slack_bolt.async_app import AsyncApp

from glm_slackbot.listeners import ALL, register_listeners
from glm_slackbot.workflow.services import Services


def install(
    app: AsyncApp,
    services: Services,
    command: str | None = None,
    listen: Collection[str] = ALL,
) -> None:
    """Listen on ``app`` with ``services`` from ``open_services``.

    ``command`` is the slash command's name, ``/imagine`` unless the settings say otherwise;
    ``listen`` names the listeners wanted: command, mention, message, actions, home.
    """
    command = command or services.command
    register_listeners(app, replace(services, command=command), command=command, listen=listen)
