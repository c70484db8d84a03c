"""One call to Slack's Web API: every call of this floor goes through here."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, Final, cast

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from glm_slackbot.slack.errors import as_bot_error, refusal_of

Answer = Mapping[str, Any]

# The SDK calls `.get` on whatever it read: on a text body that is an AttributeError, on bytes that
# are no text a ValueError. Both mean that somebody else than Slack answered.
_FAULTS: Final = (
    aiohttp.ClientError,
    TimeoutError,
    SlackClientError,
    AttributeError,
    ValueError,
)
_log = structlog.get_logger()


async def ask(
    client: AsyncWebClient,
    method: str,
    arguments: Mapping[str, Any],
    *,
    as_form: bool = False,
    expected: Collection[str] = (),
    headers: dict[str, str] | None = None,
) -> Answer:
    """Slack's answer, also where it is one of the ``expected`` error codes; else raises BotError.

    The arguments go into the body, never into the URL, and without those that are None. Methods
    that only read, and some others, know no JSON: ``as_form``, with strings as values.
    ``headers``: the app's own proof of who it is, for calls that take no token.
    """
    body = {name: value for name, value in arguments.items() if value is not None}
    try:
        if as_form:
            response = await client.api_call(method, data=body, headers=headers)
        else:
            response = await client.api_call(method, json=body, headers=headers)
    except SlackApiError as error:
        refusal = refusal_of(error)
        if refusal.get("error") in expected:
            return refusal
        _log.info("slack_refused", method=method, code=refusal.get("error"))
        raise as_bot_error(error) from None
    except _FAULTS as fault:
        _log.info("slack_unreachable", method=method, fault=type(fault).__name__)
        raise as_bot_error(fault) from None
    return cast("Answer", response.data)
