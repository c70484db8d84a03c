"""All checks, at the same time, in the order in which they are read."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence

from glm_slackbot.app.doctor.clock import check_clock
from glm_slackbot.app.doctor.database import check_database
from glm_slackbot.app.doctor.encryption import check_encryption
from glm_slackbot.app.doctor.finding import Finding, failed, fine
from glm_slackbot.app.doctor.glm import check_glm
from glm_slackbot.app.doctor.slack import check_slack
from glm_slackbot.app.network import Network
from glm_slackbot.app.public_url import INSTALL_PATH
from glm_slackbot.app.settings import Settings

_MEND = "the environment or .env, see .env.example"


async def examine(
    settings: Settings,
    mistakes: Sequence[str] = (),
    *,
    network: Network | None = None,
    now: Callable[[], float] = time.time,
) -> list[Finding]:
    """One finding a check; what the settings leave unknown is said, and the rest goes on.

    Takes some 20 s at the most. Writes nothing and buys nothing.
    """
    network = network or Network()
    (on_slack, slack_time), (on_glm, glm_time), on_rows, on_api_keys = await asyncio.gather(
        check_slack(settings, network, now),
        check_glm(settings, network, now),
        check_database(settings),
        check_encryption(settings),
    )
    clock = check_clock(slack_time, glm_time)
    on_database, *on_installations, on_worker = on_rows
    on_reach = [*on_slack, *on_installations, on_glm, on_api_keys]
    return [*_on_settings(settings, mistakes), clock, on_database, *on_reach, on_worker]


def _on_settings(settings: Settings, mistakes: Sequence[str]) -> list[Finding]:
    if mistakes:
        return [failed("settings", mistake, _MEND) for mistake in mistakes]
    way = "Socket Mode" if settings.is_socket_mode else "HTTP"
    if settings.is_oauth:
        way += f", workspaces install it at {settings.public_url}{INSTALL_PATH}"
    return [fine("settings", f"{way}, command {settings.command}, model {settings.model}")]
