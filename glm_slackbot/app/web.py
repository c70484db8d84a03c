"""HTTP: Slack's route behind the front door, and health and metrics for operators."""

from __future__ import annotations

import hmac
import ipaddress
import re
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from typing import Final
from urllib.parse import parse_qsl

import structlog
from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from slack_bolt.adapter.aiohttp import to_aiohttp_response
from slack_bolt.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest

from glm_slackbot.app.front_door import LONGEST_BODY, FrontDoor
from glm_slackbot.app.health import Health
from glm_slackbot.app.server_log import server_log
from glm_slackbot.app.settings import Settings
from glm_slackbot.observe import traceback_of
from glm_slackbot.workflow.services import Services

log = structlog.get_logger(__name__)

EVENTS_PATH: Final = "/slack/events"
END_PATIENCE: Final = 1.0
"""Seconds for open requests at the end, and again for their connections; the worker's come after.
"""
FORWARDING_HEADER: Final = re.compile(
    r"(?:^|-)(?:forwarded|via|cdn-loop)(?:-|$)"
    r"|(?:client|connecting|connection|originating|real|remote|socket|user)-?(?:ip|addr)"
    r"|(?:external|viewer)-address",
    re.IGNORECASE,
)
"""In the name of a header that only a proxy sets; each has a name of its own for whom it saw."""


def make_web_app(
    settings: Settings,
    services: Services,
    health: Health,
    bolt_app: AsyncApp | None,
    more_routes: Iterable[web.RouteDef] = (),
) -> web.Application:
    """The routes; without ``bolt_app`` (Socket Mode) none of Slack's."""
    app = web.Application(client_max_size=LONGEST_BODY)
    app.add_routes(
        [
            web.get("/healthz", health.healthz),
            web.get("/readyz", health.readyz),
            web.get("/metrics", _metrics(settings, services)),
            *more_routes,
        ]
    )
    if bolt_app is not None:
        app.add_subapp("/slack", _slack_app(settings, services, bolt_app))
    return app


def _slack_app(settings: Settings, services: Services, bolt_app: AsyncApp) -> web.Application:
    secret = settings.slack_signing_secret
    assert secret is not None
    door = FrontDoor(
        secret.get_secret_value(), services.metrics.front_door_refused, services.clock.now
    )
    app = web.Application(client_max_size=LONGEST_BODY, middlewares=[door.middleware])

    async def events(request: web.Request) -> web.StreamResponse:
        try:
            answer = await bolt_app.async_dispatch(await _bolt_request(request))
            return await to_aiohttp_response(answer)
        except Exception as fault:  # Bolt stumbled: Slack may send it again
            reference = secrets.token_hex(4)
            log.exception(
                "a request could not be dispatched", reference=reference, **traceback_of(fault)
            )
            return web.Response(status=500, text=f"reference {reference}")

    app.add_routes([web.post("/events", events)])
    return app


async def _bolt_request(request: web.Request) -> AsyncBoltRequest:
    """The request as Bolt takes it.

    Bolt takes a form with the word "payload" anywhere in it for one with such a field, and finds
    nothing in it: a prompt with that word was a 404. So the word is written another way there.
    """
    body = await request.text()
    if request.content_type != "application/json" and "payload" not in dict(parse_qsl(body)):
        body = body.replace("payload", "%70ayload")
    return AsyncBoltRequest(
        body=body,
        query=request.query_string,
        headers=request.headers,  # type: ignore[arg-type]
    )


def _metrics(
    settings: Settings, services: Services
) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def metrics(request: web.Request) -> web.Response:
        if not _may_see_metrics(request, settings):
            raise web.HTTPNotFound
        return web.Response(
            body=generate_latest(services.metrics.registry),
            headers={"Content-Type": CONTENT_TYPE_LATEST},
        )

    return metrics


def _may_see_metrics(request: web.Request, settings: Settings) -> bool:
    return _has_token(request, settings) or _is_from_loopback(request)


def _has_token(request: web.Request, settings: Settings) -> bool:
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    if settings.metrics_token is None or scheme.lower() != "bearer":
        return False
    expected = settings.metrics_token.get_secret_value()
    return hmac.compare_digest(
        expected.encode(), given.strip(" ").encode("utf-8", "surrogateescape")
    )


def _is_from_loopback(request: web.Request) -> bool:
    """Directly from this machine: a proxy on it speaks for strangers."""
    if any(FORWARDING_HEADER.search(name) for name in request.headers):
        return False
    try:
        address = ipaddress.ip_address(request.remote or "")
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return (mapped or address).is_loopback


@asynccontextmanager
async def serving(app: web.Application, host: str, port: int) -> AsyncIterator[int]:
    """Listen for the length of the block; answers the port (0 asks for any free one)."""
    runner = web.AppRunner(app, access_log=None, logger=server_log(), shutdown_timeout=END_PATIENCE)
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port).start()
        yield runner.addresses[0][1]
    finally:
        await runner.cleanup()
