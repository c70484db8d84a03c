"""What a person does on the page: each act checked, done, and answered as Slack would."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from glm_slackbot.sandbox.page.bot_process import BotDown
from glm_slackbot.sandbox.page.forgetting import forget_oldest
from glm_slackbot.sandbox.page.press import close, press, submit
from glm_slackbot.sandbox.page.reading import BadAct, text_of
from glm_slackbot.sandbox.page.saying import invite, say
from glm_slackbot.sandbox.page.stage import Stage
from glm_slackbot.sandbox.page.weather import UnknownWeather
from glm_slackbot.sandbox.slack_errors import Json

Doing = Callable[[Stage, Json], Awaitable[Json]]


async def act_out(stage: Stage, act: Json) -> Json:
    """What is answered beside ``ok``.

    Raises BadAct for what no person could do, BotDown where nobody was there to answer.
    """
    person = stage.slack.workspace.users.get(text_of(act, "user"))
    if person is None or person.is_bot:
        raise BadAct(f"Nobody is “{act['user']}”.")
    doing = ACTS.get(text_of(act, "do"))
    if doing is None:
        raise BadAct(f"Nobody can do “{act['do']}”, only {', '.join(ACTS)}.")
    try:
        return await doing(stage, act)
    finally:
        forget_oldest(stage.slack.workspace)
        stage.bell.ring()


async def home(stage: Stage, act: Json) -> Json:
    """The Home tab is opened; what the bot publishes comes by the state."""
    stage.slack.in_background(stage.slack.open_home(act["user"]))
    return {}


async def reload(stage: Stage, act: Json) -> Json:
    """Private cards vanish, and modals with them."""
    stage.slack.reload(act["user"])
    for view in stage.slack.opened_views(act["user"]):
        view.is_open = False
    return {}


async def bot(stage: Stage, act: Json) -> Json:
    """Kill, stop or start the bot."""
    what, way = text_of(act, "what"), act.get("way")
    if what == "start" and way in (None, "http", "socket"):
        await stage.bot.start(way)
    elif what not in ("kill", "stop"):
        raise BadAct("The bot is killed, stopped, or started by “http” or “socket”.")
    elif not (stage.bot.is_running or stage.bot.is_starting):
        raise BotDown("The bot does not run.")
    else:
        stage.bot.kill() if what == "kill" else stage.bot.stop()
    return {}


async def weather(stage: Stage, act: Json) -> Json:
    """Choose what GLM does, what Slack does, or both."""
    try:
        if "glm" in act:
            stage.weather.choose_glm(text_of(act, "glm"))
        if "slack" in act:
            stage.weather.choose_slack(text_of(act, "slack"))
    except UnknownWeather as unknown:
        raise BadAct(str(unknown)) from None
    return {}


ACTS: Mapping[str, Callable[[Stage, dict[str, Any]], Awaitable[Json]]] = {
    "say": say,
    "invite": invite,
    "press": press,
    "submit": submit,
    "close": close,
    "home": home,
    "reload": reload,
    "bot": bot,
    "weather": weather,
}
