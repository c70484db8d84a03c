"""The real bot as a child process: settings from the environment, roads to the stand-ins."""

from __future__ import annotations

import asyncio
import json
import sys

from glm_slackbot.app.network import Network
from glm_slackbot.app.serve import running_bot, spare_what_stays
from glm_slackbot.app.settings_reading import read_settings
from glm_slackbot.observe import set_up_logging
from glm_slackbot.sandbox.network import Routes


async def main(routes: Routes) -> None:
    """Serve until killed, as ``glm-slackbot serve`` does."""
    settings = read_settings()
    set_up_logging(settings.log_format, settings.log_level)
    network = Network(glm_transport=routes.httpx_transport, slack_connector=routes.slack_connector)
    async with running_bot(settings, network=network, host="127.0.0.1", port=0) as bot:
        spare_what_stays()
        print(json.dumps({"port": bot.port}), flush=True)
        await asyncio.Event().wait()


asyncio.run(main(Routes(**json.loads(sys.argv[1]))))
