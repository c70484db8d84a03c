"""Slack and the provider as a child process, told what to do by lines of JSON.

{"weather": {"seconds": 5}}                 sets the provider's weather
{"images": 20, "within": 60, "after": 3}    answers when 20 images more than 3 are in Slack
{"homes": 3, "within": 10}                  answers when a Home tab was published so often
"""

from __future__ import annotations

import asyncio
import json
import sys
from typing import Any

from commands import ADMIN, CHANNEL, PEOPLE, SIGNING_SECRET

from glm_slackbot.sandbox.glm_api import GLMStandIn
from glm_slackbot.sandbox.network import StandInNetwork
from glm_slackbot.sandbox.slack_stand_in import SlackStandIn


async def main() -> None:
    """Serve, and obey until standard input ends."""
    slack, glm = make_slack(), GLMStandIn()
    apps = dict.fromkeys(slack.hosts, slack.web_app()) | dict.fromkeys(glm.hosts, glm.web_app())
    async with StandInNetwork(apps) as roads:
        tell({"ports": dict(roads.routes.ports), "certificate": roads.routes.certificate})
        while line := await asyncio.to_thread(sys.stdin.readline):
            tell(await obey(slack, glm, json.loads(line)))


def make_slack() -> SlackStandIn:
    """One channel with everybody in it; images are counted, not kept."""
    slack = SlackStandIn(signing_secret=SIGNING_SECRET, keep_bytes=False)
    for person in PEOPLE:
        slack.add_user(person, person.lower(), is_admin=person == ADMIN)
    slack.add_channel(CHANNEL, "benchmark", members=PEOPLE)
    return slack


async def obey(slack: SlackStandIn, glm: GLMStandIn, order: dict[str, Any]) -> dict[str, Any]:
    """Do what one line says."""
    for name, value in order.get("weather", {}).items():
        setattr(glm.weather, name, value)
    if "homes" in order:
        return await home_published(slack, order["homes"], order["within"])
    if "images" not in order:
        return {}
    async with asyncio.timeout(order["within"]):
        while len(shared := shared_at(slack)) < order["after"] + order["images"]:  # noqa: ASYNC110
            await asyncio.sleep(0.02)
    return {"last_at": shared[-1], "most_in_flight": glm.most_in_flight}


async def home_published(slack: SlackStandIn, count: int, within: float) -> dict[str, Any]:
    """When the last one of so many was taken, in seconds since 1970."""
    async with asyncio.timeout(within):
        while len(calls := slack.calls("views.publish")) < count:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    return {"last_at": calls[count - 1].at}


def shared_at(slack: SlackStandIn) -> list[float]:
    """When each image stood in the channel, in seconds since 1970."""
    return [float(message.ts) for message in slack.messages(CHANNEL) if message.files]


def tell(answer: dict[str, Any]) -> None:
    """One line to whoever started us."""
    print(json.dumps(answer), flush=True)


asyncio.run(main())
