"""The weather that a person chooses, and that holds until another is chosen."""

from __future__ import annotations

from collections.abc import Mapping

from glm_slackbot.sandbox.glm_api import GLMStandIn
from glm_slackbot.sandbox.network import StandInNetwork
from glm_slackbot.sandbox.page.weather_kinds import (
    DOWN,
    FINE,
    GLM_KINDS,
    IMAGE_SECONDS,
    REAL,
    SLACK_KINDS,
    GLMKind,
    SlackKind,
)
from glm_slackbot.sandbox.slack_errors import Json
from glm_slackbot.sandbox.slack_stand_in import SlackStandIn

_REAL_KIND = GLMKind("The real GLM API, which costs money; it is not shown here")


class UnknownWeather(Exception):
    """There is no such choice; the words list those there are."""


class PageWeather:
    """What holds now."""

    def __init__(
        self, glm: GLMStandIn, slack: SlackStandIn, network: StandInNetwork, *, is_real: bool
    ) -> None:
        self._glm = glm
        self._slack = slack
        self._network = network
        glm.weather.seconds = IMAGE_SECONDS
        self._glm_kinds = {REAL: _REAL_KIND} if is_real else GLM_KINDS
        self._glm_now = next(iter(self._glm_kinds))
        self._slack_now = FINE

    def choose_glm(self, name: str) -> None:
        """Raises UnknownWeather."""
        _check(name, self._glm_kinds)
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
        kind = SLACK_KINDS[name]
        for method in kind.methods:
            self._slack.weather.always(method, kind.trouble)

    def as_json(self) -> Json:
        """What holds, and what can be chosen."""
        return {
            "glm": self._glm_now,
            "slack": self._slack_now,
            "glm_choices": _choices(self._glm_kinds),
            "slack_choices": _choices(SLACK_KINDS),
        }


def _check(name: str, known: Mapping[str, object]) -> None:
    if name not in known:
        raise UnknownWeather(f"There is no weather “{name}”, only {', '.join(known)}.")


def _choices(kinds: Mapping[str, GLMKind] | Mapping[str, SlackKind]) -> list[Json]:
    return [{"id": name, "label": kind.label, "group": kind.group} for name, kind in kinds.items()]
