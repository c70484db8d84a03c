"""Slack's Web API client: one a token, all over one session."""

from __future__ import annotations

import base64
import logging
from collections.abc import Awaitable, Callable

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from glm_slackbot.slack.retries import retry_rules

ClientFor = Callable[[str, str | None], Awaitable[AsyncWebClient]]
"""The client of a workspace, by team_id and enterprise_id. A job asks anew when it delivers."""


def make_client(session: aiohttp.ClientSession, token: str | None) -> AsyncWebClient:
    """A client for one token over the shared session, whose timeout counts, not the client's.

    Without a token for the calls that prove otherwise who asks.
    """
    client = AsyncWebClient(
        token=token, session=session, retry_handlers=retry_rules(), logger=_quiet_log()
    )
    # Set from the environment by itself, without a look at NO_PROXY: the session knows better.
    client.proxy = None
    return client


def basic_authorization(client_id: str, client_secret: str) -> str:
    """The header by which an app proves who it is where it has no token."""
    return "Basic " + base64.b64encode(f"{client_id}:{client_secret}".encode()).decode()


def _quiet_log() -> logging.Logger:
    """A level of its own: at DEBUG the SDK prints payloads, at NOTSET it builds them in vain."""
    log = logging.getLogger("glm_slackbot.slack.sdk")
    log.setLevel(logging.INFO)
    return log
