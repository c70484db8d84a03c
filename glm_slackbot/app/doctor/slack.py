"""Slack: does it answer, does it take our tokens, and has the app its scopes."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

import aiohttp

from glm_slackbot.app.doctor.clock import Reading, read_clock
from glm_slackbot.app.doctor.finding import Finding, failed, fine, unknown
from glm_slackbot.app.manifest import BOT_SCOPES, OPTIONAL_BOT_SCOPES
from glm_slackbot.app.network import Network
from glm_slackbot.app.settings import Settings
from glm_slackbot.slack.clients import basic_authorization
from glm_slackbot.slack.session import open_slack_session

SECONDS: Final = 10.0
APPS_PAGE: Final = "https://api.slack.com/apps"
_FAULTS: Final = (aiohttp.ClientError, TimeoutError, OSError, ValueError)
_REACH: Final = "let this machine reach https://slack.com (see HTTPS_PROXY, SSL_CERT_FILE)"


@dataclass(frozen=True, slots=True)
class SlackSaid:
    """An answer of the Web API; ``fault`` where none came that is Slack's."""

    payload: dict[str, Any] = field(default_factory=dict)
    scopes: str | None = None
    reading: Reading | None = None
    fault: str = ""

    @property
    def error(self) -> str | None:
        """Slack's error code; None where it said ok."""
        return None if self.payload.get("ok") is True else str(self.payload.get("error"))


async def check_slack(
    settings: Settings, network: Network, now: Callable[[], float]
) -> tuple[list[Finding], Reading | None]:
    """Findings on the bot's token, its scopes and the app-level token; and what time Slack has."""
    if settings.is_oauth:
        return await _check_app(settings, network, now)
    secret = settings.slack_bot_token
    token = None if secret is None else secret.get_secret_value()
    # Asked without a token too: that Slack answers, and its clock, are worth knowing.
    said = await _ask("auth.test", token, network, now)
    findings = _on_bot_token(said, has_token=token is not None)
    if settings.slack_app_token is not None:
        app_token = settings.slack_app_token.get_secret_value()
        findings.append(_on_app_token(await _ask("apps.connections.open", app_token, network, now)))
    return findings, said.reading


async def _check_app(
    settings: Settings, network: Network, now: Callable[[], float]
) -> tuple[list[Finding], Reading | None]:
    """A code that was never given: Slack refuses it once it knows the app, and nothing changes."""
    assert settings.slack_client_id is not None
    assert settings.slack_client_secret is not None
    pair = (settings.slack_client_id, settings.slack_client_secret.get_secret_value())
    said = await _ask("oauth.v2.access", None, network, now, app=pair)
    findings = [_on_app(said)]
    if settings.slack_app_token is not None:
        app_token = settings.slack_app_token.get_secret_value()
        findings.append(_on_app_token(await _ask("apps.connections.open", app_token, network, now)))
    return findings, said.reading


def _on_app(said: SlackSaid) -> Finding:
    if said.fault:
        return failed("slack", f"slack.com: {said.fault}", _REACH)
    if said.error == "invalid_code":
        return fine("slack", "SLACK_CLIENT_ID and SLACK_CLIENT_SECRET are accepted")
    return failed(
        "slack",
        f"SLACK_CLIENT_ID and SLACK_CLIENT_SECRET are not accepted ({said.error})",
        f"{APPS_PAGE} → your app → Basic Information, App Credentials: copy both anew",
    )


async def _ask(
    method: str,
    token: str | None,
    network: Network,
    now: Callable[[], float],
    *,
    app: tuple[str, str] | None = None,
) -> SlackSaid:
    """One call, without the SDK: it neither hands out headers on errors nor stops retrying."""
    connector = network.slack_connector and network.slack_connector()
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    if app is not None:
        headers["Authorization"] = basic_authorization(*app)
    timeout = aiohttp.ClientTimeout(total=SECONDS)
    try:
        async with (
            open_slack_session(connector) as session,
            session.post(
                f"https://slack.com/api/{method}",
                headers=headers,
                data={"code": "doctor"} if app else None,
                timeout=timeout,
                allow_redirects=False,
            ) as response,
        ):
            reading = read_clock("Slack", response.headers.get("Date"), now())
            scopes = response.headers.get("X-OAuth-Scopes")
            return _read(await response.content.read(65536), response.status, scopes, reading)
    except _FAULTS as fault:
        return SlackSaid(fault=f"no answer ({type(fault).__name__})")


def _read(body: bytes, status: int, scopes: str | None, reading: Reading | None) -> SlackSaid:
    try:
        payload = json.loads(body)
    except (ValueError, RecursionError):
        payload = None
    if not isinstance(payload, dict) or "ok" not in payload:
        return SlackSaid(fault=f"somebody else answered for it (HTTP {status})", reading=reading)
    return SlackSaid(payload, scopes, reading)


def _on_bot_token(said: SlackSaid, *, has_token: bool) -> list[Finding]:
    if said.fault:
        return [
            failed("slack", f"slack.com: {said.fault}", _REACH),
            unknown("scopes", "not checked: Slack did not answer"),
        ]
    if not has_token:
        return [
            unknown("slack", "slack.com answers; there is no SLACK_BOT_TOKEN to try"),
            unknown("scopes", "not checked: no token"),
        ]
    if said.error is not None:
        return [
            failed(
                "slack",
                f"SLACK_BOT_TOKEN is not accepted ({said.error})",
                f"{APPS_PAGE} → your app → OAuth & Permissions: Reinstall, copy the token anew",
            ),
            unknown("scopes", "not checked: the token is not accepted"),
        ]
    words = f"workspace {said.payload.get('team')}, bot {said.payload.get('user')}"
    return [fine("slack", words), _on_scopes(said.scopes)]


def _on_scopes(header: str | None) -> Finding:
    if header is None:
        return unknown("scopes", "not checked: Slack did not name the token's scopes")
    granted = {scope.strip() for scope in header.split(",")}
    missing = [scope for scope in BOT_SCOPES if scope not in granted]
    if missing:
        return failed(
            "scopes",
            f"missing: {', '.join(missing)}",
            "paste the output of `glm-slackbot manifest` at "
            f"{APPS_PAGE} → your app → App Manifest, then Reinstall",
        )
    absent = [scope for scope in OPTIONAL_BOT_SCOPES if scope not in granted]
    note = f" (without the optional {', '.join(absent)})" if absent else ""
    return fine("scopes", f"all {len(BOT_SCOPES)} of the manifest{note}")


def _on_app_token(said: SlackSaid) -> Finding:
    if said.fault:
        return failed("socket", f"slack.com: {said.fault}", _REACH)
    if said.error is not None:
        return failed(
            "socket",
            f"SLACK_APP_TOKEN does not open Socket Mode ({said.error})",
            f"{APPS_PAGE} → your app → Socket Mode: enable it; → Basic Information, App-Level "
            "Tokens: make one with connections:write",
        )
    return fine("socket", "SLACK_APP_TOKEN opens Socket Mode")
