"""The kinds of weather there are: enough that every card can be seen, each in a few words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from glm_slackbot.sandbox import glm_weather, slack_weather
from glm_slackbot.sandbox.glm_weather import Plan
from glm_slackbot.sandbox.slack_api import METHODS
from glm_slackbot.sandbox.slack_weather import Trouble

FINE = "fine"
DOWN = "down"
REAL = "real"
IMAGE_SECONDS = 3.0
"""Long enough to see that the bot draws."""
SLOW_SECONDS = 20.0
SLACK_SECONDS = 2.0
"""Below the three in which a window must be opened."""

_LOAD, _ACCOUNT, _REQUEST, _IMAGE = "Load and network", "Account", "Request", "The image"
_EVERYTHING = (*METHODS, "upload", "response_url", "download")
_TICKET, _SHARE = "files.getUploadURLExternal", "files.completeUploadExternal"
_FINE_PLAN, _NO_TROUBLE = Plan(), Trouble()
_FILES, _PLACE, _APP = "Files", "The channel", "The app"


@dataclass(frozen=True)
class GLMKind:
    """One choice for GLM; ``group`` is the heading that it stands under, if any."""

    label: str
    plan: Plan = _FINE_PLAN
    group: str = ""


@dataclass(frozen=True)
class SlackKind:
    """One choice for Slack: the methods that meet a trouble."""

    label: str
    trouble: Trouble = _NO_TROUBLE
    methods: tuple[str, ...] = ()
    group: str = ""


def _coded(label: str, code: str, group: str, *, billed: bool = False) -> GLMKind:
    """A refusal with one of the provider's codes."""
    return GLMKind(f"{label} ({code})", glm_weather.error(code, billed=billed), group)


def _refused(label: str, code: str, method: str, group: str) -> SlackKind:
    """One method answers with one of Slack's codes."""
    return SlackKind(f"{label} ({code})", slack_weather.error(code), (method,), group)


GLM_KINDS: Mapping[str, GLMKind] = {
    FINE: GLMKind("Fine: an image takes 3 s"),
    "slow": GLMKind("Slow: an image takes 20 s", glm_weather.slow(SLOW_SECONDS)),
    "busy": _coded("Busy: too many requests at once", "1302", _LOAD),
    "overloaded": _coded("Overloaded", "1305", _LOAD),
    DOWN: GLMKind("Down: no connection", Plan(), _LOAD),
    "fault": _coded("A fault: HTTP 500", "1200", _LOAD, billed=True),
    "lost": GLMKind("Answer lost after billing", glm_weather.lost_after_billing(), _LOAD),
    "never": GLMKind("Task that never ends", glm_weather.never_done(), _LOAD),
    "balance": _coded("Out of balance", "1113", _ACCOUNT),
    "api_key": _coded("API key refused", "1000", _ACCOUNT),
    "two_factor": _coded("Two-factor authentication missing", "1005", _ACCOUNT),
    "account": _coded("Account locked", "1112", _ACCOUNT),
    "plan": _coded("Plan used up", "1308", _ACCOUNT),
    "fair_use": _coded("Suspended for unfair use", "1313", _ACCOUNT),
    "permission": _coded("API key without permission", "1220", _ACCOUNT),
    "model": _coded("Model not on offer", "1211", _ACCOUNT),
    "refuses": _coded("Prompt refused", "1301", _REQUEST),
    "parameter": _coded("Parameter refused", "1210", _REQUEST),
    "too_long": _coded("Prompt too long", "1261", _REQUEST),
    "unknown": GLMKind("Unknown refusal (1399)", glm_weather.error("1399", 429), _REQUEST),
    "blocked": GLMKind("Filter blocks: no link (level 1)", glm_weather.blocked(1), _IMAGE),
    "withheld": GLMKind("Made, the bot withholds it (level 1)", glm_weather.filtered(1), _IMAGE),
    "warned": GLMKind("Made, with a warning (level 2)", glm_weather.filtered(2), _IMAGE),
    "fails": GLMKind("Task begins, then fails", glm_weather.fails(), _IMAGE),
    "no_link": GLMKind("Made, its link answers 404", glm_weather.link_missing(), _IMAGE),
    "no_image": GLMKind("A text in place of an image", glm_weather.not_an_image(), _IMAGE),
    "too_wide": GLMKind("Over 8192 pixels wide", glm_weather.too_wide(), _IMAGE),
    "unsafe": GLMKind(
        "A link that is not safe", glm_weather.unsafe_link("http://127.0.0.1/a.png"), _IMAGE
    ),
}
SLACK_KINDS: Mapping[str, SlackKind] = {
    FINE: SlackKind("Fine"),
    "limited": SlackKind(
        "Too fast: 429, wait 3 s", slack_weather.error("ratelimited", retry_after=3), _EVERYTHING
    ),
    "away": SlackKind("Away: HTTP 503", slack_weather.status(503), _EVERYTHING),
    "slow": SlackKind(
        "Slow: each answer takes 2 s", slack_weather.slow(SLACK_SECONDS), _EVERYTHING
    ),
    "uploads_off": _refused("Uploads turned off", "file_uploads_disabled", _TICKET, _FILES),
    "storage": _refused("Storage full", "storage_limit_reached", _TICKET, _FILES),
    "too_large": _refused("File too large", "file_upload_size_restricted", _TICKET, _FILES),
    "file_type": _refused("File type not allowed", "file_type_not_allowed", _SHARE, _FILES),
    "ekm": _refused("Encryption keys refuse", "ekm_access_denied", _SHARE, _FILES),
    "archived": _refused("Archived", "is_archived", _SHARE, _PLACE),
    "restricted": _refused("Only some may post", "restricted_action", _SHARE, _PLACE),
    "shared": _refused(
        "Shared, files blocked", "slack_connect_file_upload_sharing_blocked", _SHARE, _PLACE
    ),
    "scope": SlackKind(
        "Scope missing (missing_scope)",
        slack_weather.error("missing_scope", needed="files:write"),
        (_TICKET,),
        _APP,
    ),
    "token": SlackKind(
        "Token revoked (token_revoked)", slack_weather.error("token_revoked"), tuple(METHODS), _APP
    ),
    "unknown": _refused("Unknown refusal", "something_new", _SHARE, _APP),
}
