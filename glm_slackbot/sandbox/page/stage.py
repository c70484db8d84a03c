"""Everything behind the page: stand-ins, the bot's process, the weather, and what was overheard."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from glm_slackbot.sandbox.glm_api import TEST_API_KEYS, GLMStandIn
from glm_slackbot.sandbox.network import StandInNetwork
from glm_slackbot.sandbox.page.bell import Bell
from glm_slackbot.sandbox.page.bot_process import BotProcess
from glm_slackbot.sandbox.page.order import Order
from glm_slackbot.sandbox.page.overhearing import overhear_glm, overhear_slack
from glm_slackbot.sandbox.page.slack import PageSlack
from glm_slackbot.sandbox.page.traffic import Traffic
from glm_slackbot.sandbox.page.weather import PageWeather
from glm_slackbot.sandbox.world import SIGNING_SECRET


@dataclass
class Stage:
    """What the page shows, and what acts change."""

    slack: PageSlack
    glm: GLMStandIn
    bot: BotProcess
    weather: PageWeather
    traffic: Traffic
    bell: Bell


@asynccontextmanager
async def open_stage(
    *, real_api_keys: Mapping[str, str] | None = None, shows_log: bool = False
) -> AsyncIterator[Stage]:
    """For the length of the block. The bot is not started yet.

    ``real_api_keys`` by the name of a setting make the images real.
    """
    async with AsyncExitStack() as stack:
        folder = stack.enter_context(
            tempfile.TemporaryDirectory(prefix="glm-slackbot-", ignore_cleanup_errors=True)
        )
        bell = Bell()
        secrets = [*TEST_API_KEYS.values(), SIGNING_SECRET, *(real_api_keys or {}).values()]
        traffic = Traffic(bell.ring, secrets)
        slack, glm = PageSlack(traffic, signing_secret=SIGNING_SECRET), GLMStandIn()
        network = await stack.enter_async_context(_network(slack, glm, traffic))
        routes = network.routes
        order = Order(
            way="http",
            database_url=f"sqlite:///{folder}/sandbox.db",
            ports=routes.ports,
            certificate=routes.certificate,
            slack_hosts=slack.hosts,
            real_api_keys=real_api_keys,
        )
        bot = BotProcess(order, slack, bell.ring, shows_log=shows_log)
        stack.push_async_callback(bot.close)
        weather = PageWeather(glm, slack, network, is_real=real_api_keys is not None)
        yield Stage(slack, glm, bot, weather, traffic, bell)


def _network(slack: PageSlack, glm: GLMStandIn, traffic: Traffic) -> StandInNetwork:
    slack_app, glm_app = slack.web_app(), glm.web_app()
    overhear_slack(slack_app, traffic)
    overhear_glm(glm_app, traffic)
    return StandInNetwork(dict.fromkeys(slack.hosts, slack_app) | dict.fromkeys(glm.hosts, glm_app))
