"""A whole small world: the stand-in Slack, the stand-in GLM, and the real bot between them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx

from glm_slackbot.app.network import Network
from glm_slackbot.app.serve import Bot, running_bot
from glm_slackbot.app.settings import Settings
from glm_slackbot.app.settings_reading import settings_without_environment
from glm_slackbot.domain.image_models import Provider
from glm_slackbot.sandbox.glm_api import TEST_API_KEYS, GLMStandIn
from glm_slackbot.sandbox.network import StandInNetwork
from glm_slackbot.sandbox.real_glm import RealButSlack
from glm_slackbot.sandbox.slack_stand_in import SlackStandIn
from glm_slackbot.sandbox.slack_town import SlackTown
from glm_slackbot.workflow.clock import Clock

SIGNING_SECRET = "sandbox-signing-secret"  # known to the stand-in only


@dataclass
class World:
    """The two stand-ins, and the road to them."""

    slack: SlackStandIn
    glm: GLMStandIn
    network: Network
    clock: Clock | None = None
    bot: Bot | None = field(default=None)
    town: SlackTown | None = None
    """Where the app is installed by OAuth; `slack` is the first of its workspaces."""

    @asynccontextmanager
    async def bot_running(self, settings: Settings) -> AsyncIterator[Bot]:
        """The real bot, reachable by Slack; leave and enter again to restart it."""
        running = running_bot(
            settings, network=self.network, clock=self.clock, host="127.0.0.1", port=0
        )
        async with running as bot:
            self.bot = bot
            slack = self.town or self.slack
            if not settings.is_socket_mode:
                slack.request_url = f"http://127.0.0.1:{bot.port}/slack/events"
            try:
                yield bot
            finally:
                slack.request_url = None
                self.bot = None

    async def until(self, condition: Any, seconds: float = 20.0) -> Any:
        """Wait until ``condition()`` is true, and give what it gave."""
        async with asyncio.timeout(seconds):
            while not (found := condition()):  # noqa: ASYNC110  # any condition, without a bell
                await asyncio.sleep(0.01)
        return found


@asynccontextmanager
async def open_world(
    *,
    slack: SlackStandIn | None = None,
    town: SlackTown | None = None,
    glm: GLMStandIn | None = None,
    clock: Clock | None = None,
    real_glm: bool = False,
) -> AsyncIterator[World]:
    """Stand-ins up, for the length of the block; ``real_glm``: images of the real API."""
    if town is not None:
        slack = town.places[0]
    slack = slack or SlackStandIn(signing_secret=SIGNING_SECRET)
    glm = glm or GLMStandIn()
    slack_app = (town or slack).web_app()
    apps = dict.fromkeys(slack.hosts, slack_app) | dict.fromkeys(glm.hosts, glm.web_app())
    async with StandInNetwork(apps) as roads:

        def glm_transport() -> httpx.AsyncBaseTransport:
            stand_in = roads.httpx_transport
            return RealButSlack(slack.hosts, stand_in) if real_glm else stand_in

        network = Network(glm_transport=glm_transport, slack_connector=roads.slack_connector)
        yield World(slack, glm, network, clock, town=town)


def world_settings(database_url: str, *, socket_mode: bool = False, **given: Any) -> Settings:
    """Settings for a bot in this world, from nothing but what is given."""
    ways = (
        {"slack_app_token": "xapp-sandbox"}
        if socket_mode
        else {"slack_signing_secret": SIGNING_SECRET}
    )
    keys = {"zhipu_api_key": TEST_API_KEYS[Provider.BIGMODEL]}
    return settings_without_environment(
        **({"slack_bot_token": "xoxb-sandbox", "database_url": database_url} | ways | keys | given)
    )
