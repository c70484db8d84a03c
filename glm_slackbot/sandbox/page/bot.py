"""The bot as the page's child process: it ends with the page, whatever ends the page."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
import threading
from dataclasses import replace

import httpx

from glm_slackbot.app.leaving import leave_within
from glm_slackbot.app.network import Network
from glm_slackbot.app.serve import STOP_PATIENCE, running_bot
from glm_slackbot.domain.retry import PATIENCE, Trouble
from glm_slackbot.observe import set_up_logging
from glm_slackbot.sandbox.network import Routes
from glm_slackbot.sandbox.page.order import Order, read_order
from glm_slackbot.sandbox.real_glm import RealButSlack
from glm_slackbot.sandbox.world import world_settings
from glm_slackbot.workflow import buy, waiting

PATIENCE_SECONDS = 20.0
DELIVERY_SECONDS = 60.0
LONGEST_PAUSE = 5.0
NOTE_SECONDS = 6.0
DEADLINE_SECONDS = 40.0
"""More than a slow image takes."""


def lose_patience_soon() -> None:
    """Who watches wants to see what is said after two minutes, at the end of ten, of six hours."""
    waiting.LONG_WAIT = NOTE_SECONDS
    buy.GENERATION_DEADLINE = DEADLINE_SECONDS
    for trouble, patience in PATIENCE.items():
        seconds = {Trouble.DELIVERY: DELIVERY_SECONDS, Trouble.TELLING: patience.in_all}
        in_all = seconds.get(trouble, PATIENCE_SECONDS)
        PATIENCE[trouble] = replace(patience, first=2, longest=LONGEST_PAUSE, in_all=in_all)


def end_with_the_page() -> None:
    """Our input ends when the page does, also by SIGKILL. A thread: the loop may be stuck."""

    def watch() -> None:
        while os.read(sys.stdin.fileno(), 1 << 10):
            pass
        os._exit(0)

    threading.Thread(target=watch, name="the page", daemon=True).start()


async def live(order: Order) -> None:
    """Until SIGTERM; then what is under way has its bounded time, as in ``serve``."""
    stop = asyncio.Event()

    def stop_in_time() -> None:
        stop.set()
        leave_within(STOP_PATIENCE)

    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop_in_time)
    keys = order.real_api_keys
    more = {} if keys is None else {"zhipu_api_key": None, "zai_api_key": None} | dict(keys)
    settings = world_settings(order.database_url, socket_mode=order.way == "socket", **more)
    running = running_bot(settings, network=_network(order), host="127.0.0.1", port=0)
    async with running as bot:
        print(json.dumps({"port": bot.port}), flush=True)
        await stop.wait()
        bot.services.worker_state.stopping = True
        bot.services.bell.set()


def _network(order: Order) -> Network:
    routes = Routes(order.ports, order.certificate)

    def glm_transport() -> httpx.AsyncBaseTransport:
        stand_in = routes.httpx_transport()
        if order.real_api_keys is None:
            return stand_in
        return RealButSlack(order.slack_hosts, stand_in)

    return Network(glm_transport=glm_transport, slack_connector=routes.slack_connector)


def main() -> None:
    """One line of input says what to be."""
    order = read_order(sys.stdin.buffer.readline())
    end_with_the_page()
    set_up_logging("console", "INFO")
    lose_patience_soon()
    asyncio.run(live(order))


if __name__ == "__main__":
    main()
