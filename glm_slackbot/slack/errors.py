"""Slack's error codes as errors for people: the one table."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from slack_sdk.errors import SlackApiError

from glm_slackbot.domain.errors import BotError, SetupError, UpstreamError

BOT_NAME: Final = "GLM-Image"
"""The app's name in our manifest: whom to invite."""

UNREACHABLE: Final = "slack.unreachable"
REFUSED: Final = "setup.slack_refused"

SETUP_TEXTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "not_in_channel": "setup.invite_bot",
        "channel_not_found": "setup.private_or_unknown_channel",
        "is_archived": "setup.channel_archived",
        "posting_to_channel_denied": "setup.posting_restricted",
        "file_uploads_disabled": "setup.uploads_disabled",
        "file_uploads_except_images_disabled": "setup.uploads_disabled",
        "file_type_not_allowed": "setup.file_type_not_allowed",
        "blocked_file_type": "setup.file_type_not_allowed",
        "storage_limit_reached": "setup.storage_full",
        "file_upload_size_restricted": "setup.file_too_large_for_slack",
        "ekm_access_denied": "setup.ekm_denied",
        "missing_scope": "setup.missing_scope",
        "not_allowed_token_type": "setup.slack_token",
        "invalid_auth": "setup.slack_token",
        "not_authed": "setup.slack_token",
        "token_revoked": "setup.slack_token",
        "token_expired": "setup.slack_token",
        "account_inactive": "setup.slack_token",
    }
)
"""Final until somebody acts."""

SETUP_FAMILIES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "restricted_action": "setup.posting_restricted",
        "slack_connect_": "setup.shared_channel_blocked",
    }
)
"""Codes that come with many endings, by their start."""

PASSING: Final = frozenset(
    {
        "accesslimited",
        "external_channel_migrating",
        "fatal_error",
        "file_update_failed",
        "internal_error",
        "message_limit_exceeded",
        "rate_limited",
        "ratelimited",
        "request_timeout",
        "service_unavailable",
        "team_added_to_org",
        "update_failed",
    }
)
"""Worth trying again later."""


def refusal_of(error: SlackApiError) -> Mapping[str, Any]:
    """Slack's answer ``{"ok": false, "error": …}``; empty where it was not in Slack's words."""
    # On an unparsable body the response is aiohttp's own; on a text body its data is a string.
    data = getattr(error.response, "data", None)
    return data if isinstance(data, dict) else {}


def retry_after(headers: Mapping[str, Any] | None) -> float | None:
    """Seconds that Slack asks to wait, if it does."""
    for name, value in (headers or {}).items():
        seconds = str(value[0] if isinstance(value, (list, tuple)) else value)
        if name.lower() == "retry-after" and seconds.isascii() and seconds.isdecimal():
            return float(seconds)
    return None


def as_bot_error(error: Exception) -> BotError:
    """In words for people: SetupError where somebody must act, UpstreamError where time helps."""
    if not isinstance(error, SlackApiError):
        return UpstreamError(UNREACHABLE)
    refusal = refusal_of(error)
    code = str(refusal.get("error") or "")
    if not code or code in PASSING:
        pause = retry_after(getattr(error.response, "headers", None))
        return UpstreamError(UNREACHABLE, **({"retry_after": pause} if pause else {}))
    return SetupError(
        _text_id(code), code=code, needed=str(refusal.get("needed") or "?"), bot_name=BOT_NAME
    )


def _text_id(code: str) -> str:
    families = (text_id for start, text_id in SETUP_FAMILIES.items() if code.startswith(start))
    return SETUP_TEXTS.get(code) or next(families, REFUSED)
