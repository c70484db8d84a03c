"""The weather a person can choose, each kind in a few plain words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from glm_slackbot.sandbox import glm_weather, slack_weather
from glm_slackbot.sandbox.glm_api import GLMStandIn
from glm_slackbot.sandbox.glm_weather import Plan
from glm_slackbot.sandbox.network import StandInNetwork
from glm_slackbot.sandbox.slack_api import METHODS
from glm_slackbot.sandbox.slack_errors import Json
from glm_slackbot.sandbox.slack_stand_in import SlackStandIn
from glm_slackbot.sandbox.slack_weather import Trouble

FINE = "fine"
DOWN = "down"
REAL = "real"
IMAGE_SECONDS = 3.0
"""Long enough to see that the bot draws."""
SLOW_SECONDS = 20.0
SLACK_SECONDS = 2.0
"""Below the three in which a window must be opened."""


@dataclass(frozen=True)
class Kind:
    """One choice for GLM."""

    label: str
    plan: Plan


@dataclass(frozen=True)
class SlackKind:
    """One choice for Slack; None: it does as it is told."""

    label: str
    trouble: Trouble | None


GLM_KINDS: Mapping[str, Kind] = {
    FINE: Kind("Fine: an image takes 3 s", Plan()),
    "slow": Kind("Slow: an image takes 20 s", glm_weather.slow(SLOW_SECONDS)),
    "busy": Kind("Busy: too many requests at once (1302)", glm_weather.error("1302")),
    "overloaded": Kind("Overloaded (1305)", glm_weather.error("1305")),
    DOWN: Kind("Down: no connection", Plan()),
    "balance": Kind("Out of balance (1113)", glm_weather.error("1113")),
    "api_key": Kind("API key refused (1000)", glm_weather.error("1000")),
    "refuses": Kind("Prompt refused (1301)", glm_weather.error("1301")),
    "withheld": Kind("Image made, then withheld (filter level 1)", glm_weather.blocked(1)),
    "warned": Kind("Image made, with a warning (filter level 2)", glm_weather.filtered(2)),
    "fails": Kind("Task begins, then fails", glm_weather.fails()),
    "fault": Kind("A fault: HTTP 500 (1200)", glm_weather.error("1200", billed=True)),
    "lost": Kind("Answer lost after billing", glm_weather.lost_after_billing()),
    "no_link": Kind("Image made, its link answers 404", glm_weather.link_missing()),
}
SLACK_KINDS: Mapping[str, SlackKind] = {
    FINE: SlackKind("Fine", None),
    "limited": SlackKind(
        "Too fast: 429, wait 3 s", slack_weather.error("ratelimited", retry_after=3)
    ),
    "away": SlackKind("Away: HTTP 503", slack_weather.status(503)),
    "slow": SlackKind("Slow: each answer takes 2 s", slack_weather.slow(SLACK_SECONDS)),
}
_EVERYTHING = (*METHODS, "upload", "response_url", "download")


class UnknownWeather(Exception):
    """There is no such choice; the words list those there are."""


class PageWeather:
    """What holds until another is chosen."""

    def __init__(
        self, glm: GLMStandIn, slack: SlackStandIn, network: StandInNetwork, *, is_real: bool
    ) -> None:
        self._glm = glm
        self._slack = slack
        self._network = network
        glm.weather.seconds = IMAGE_SECONDS
        self._glm_labels = {name: kind.label for name, kind in GLM_KINDS.items()}
        if is_real:
            self._glm_labels = {REAL: "The real GLM API, which costs money; it is not shown here"}
        self._glm_now = next(iter(self._glm_labels))
        self._slack_now = FINE

    def choose_glm(self, name: str) -> None:
        """Raises UnknownWeather."""
        _check(name, self._glm_labels)
        self._glm_now = name
        if name == REAL:
            return
        self._glm.weather.always(GLM_KINDS[name].plan)
        self._network.unreachable = self._glm.hosts if name == DOWN else frozenset()

    def choose_slack(self, name: str) -> None:
        """Raises UnknownWeather."""
        _check(name, SLACK_KINDS)
        self._slack_now = name
        self._slack.weather.clear()
        trouble = SLACK_KINDS[name].trouble
        if trouble is not None:
            for method in _EVERYTHING:
                self._slack.weather.always(method, trouble)

    def as_json(self) -> Json:
        """What holds, and what can be chosen."""
        slack_labels = {name: kind.label for name, kind in SLACK_KINDS.items()}
        return {
            "glm": self._glm_now,
            "slack": self._slack_now,
            "glm_choices": _choices(self._glm_labels),
            "slack_choices": _choices(slack_labels),
        }


def _check(name: str, known: Mapping[str, object]) -> None:
    if name not in known:
        raise UnknownWeather(f"There is no weather “{name}”, only {', '.join(known)}.")


def _choices(labels: Mapping[str, str]) -> list[Json]:
    return [{"id": name, "label": label} for name, label in labels.items()]
