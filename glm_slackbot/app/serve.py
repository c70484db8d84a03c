"""``glm-slackbot serve``: everything up, until a signal says to stop."""

from __future__ import annotations

import asyncio
import gc
import signal
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any

import structlog
from slack_bolt.async_app import AsyncApp

from glm_slackbot.app.bolt_app import Identity, learn_identity, make_bolt_app
from glm_slackbot.app.bootstrap import open_all
from glm_slackbot.app.health import Health
from glm_slackbot.app.leaving import leave_within
from glm_slackbot.app.network import Network
from glm_slackbot.app.oauth import oauth_routes
from glm_slackbot.app.settings import Settings
from glm_slackbot.app.socket_mode import socket_mode
from glm_slackbot.app.web import make_web_app, serving
from glm_slackbot.slack.clients import make_client
from glm_slackbot.slack.session import open_slack_session
from glm_slackbot.workflow.clock import Clock
from glm_slackbot.workflow.services import Services

log = structlog.get_logger(__name__)

DEFAULT_PORT = 3000
STOP_PATIENCE = 24.0
"""Seconds from SIGTERM to the end at the latest, above the worker's for its running jobs."""
LAST_PATIENCE = 3.0
"""Seconds for Python's own end, once everything of ours is closed."""


@dataclass(frozen=True, slots=True)
class Bot:
    """The program, running."""

    services: Services
    bolt_app: AsyncApp
    identity: Identity | None
    """None where workspaces install by OAuth."""
    port: int | None
    asking: asyncio.Task[None] | None
    """Ends when Slack has said who the bot is; with SettingsError where it refuses the token.
    None where there is no one token to ask with."""


@asynccontextmanager
async def running_bot(
    settings: Settings,
    *,
    network: Network | None = None,
    clock: Clock | None = None,
    host: str | None = None,
    port: int | None = None,
) -> AsyncIterator[Bot]:
    """The whole program for the length of the block. Raises SettingsError."""
    settings.check_can_serve()
    network = network or Network()
    port = settings.port if port is None else port
    async with AsyncExitStack() as stack:
        identity = _identity(settings)
        asking = None if settings.is_oauth else _asking(identity, network)
        if asking is not None:
            stack.push_async_callback(_ended, asking)
        opened = await stack.enter_async_context(open_all(settings, network=network, clock=clock))
        if asking is not None:
            await _first_answer(asking)
        services, tokens = opened.services, opened.tokens
        bolt_app = make_bolt_app(settings, services, tokens or identity)
        routes = oauth_routes(settings, opened, tokens) if tokens is not None else []
        is_http = not settings.is_socket_mode
        known = None if tokens is not None else identity
        health = Health(services, known, needs_socket=settings.is_socket_mode)
        if is_http or routes or port is not None:
            slacks = bolt_app if is_http else None
            web_app = make_web_app(settings, services, health, slacks, routes)
            listening = serving(
                web_app, host or settings.host, DEFAULT_PORT if port is None else port
            )
            port = await stack.enter_async_context(listening)
        if settings.slack_app_token is not None:
            token = settings.slack_app_token.get_secret_value()
            connector = network.slack_connector and network.slack_connector()
            connection = await stack.enter_async_context(socket_mode(bolt_app, token, connector))
            health.socket = connection.client
        yield Bot(services, bolt_app, known, port, asking)


def _identity(settings: Settings) -> Identity:
    """Who we are in one workspace; of no use where workspaces install by OAuth."""
    token = settings.slack_bot_token
    return Identity("" if token is None else token.get_secret_value())


def _asking(identity: Identity, network: Network) -> asyncio.Task[None]:
    return asyncio.create_task(_ask_who_we_are(identity, network))


async def _ask_who_we_are(identity: Identity, network: Network) -> None:
    async with open_slack_session(network.slack_connector and network.slack_connector()) as session:
        await learn_identity(identity, make_client(session, identity.token))


async def _first_answer(asking: asyncio.Task[None]) -> None:
    """A token that Slack refuses is a mistake to stop for; a Slack that is away is not."""
    await asyncio.wait([asking], timeout=1.0)
    if asking.done():
        asking.result()


async def _ended(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


def spare_what_stays() -> None:
    """Keep what lives as long as the process out of garbage collections, its modules above all.

    A full collection went through them for 150 ms while people waited; now it takes 40.
    """
    gc.collect()
    gc.freeze()


async def serve(
    settings: Settings, *, network: Network | None = None, clock: Clock | None = None
) -> None:
    """Run until SIGTERM or SIGINT, and end within 25 s of it, whatever hangs.

    Raises SettingsError, also when Slack refuses the bot token only later.
    """
    stop = _stop_signal()
    async with running_bot(settings, network=network, clock=clock) as bot:
        spare_what_stays()
        log.info(
            "ready",
            by="Socket Mode" if settings.is_socket_mode else "HTTP",
            port=bot.port,
            database=str(settings.database_address),
            model=settings.model,
        )
        await _until(stop, bot.asking)
        log.info("stopping")
        # Nothing more is claimed or bought while the roads to Slack are closed.
        bot.services.worker_state.stopping = True
        bot.services.bell.set()
    log.info("stopped")
    leave_within(LAST_PATIENCE)


def _stop_signal() -> asyncio.Event:
    stop = asyncio.Event()

    def stop_in_time() -> None:
        stop.set()
        leave_within(STOP_PATIENCE)

    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop_in_time)
    return stop


async def _until(stop: asyncio.Event, asking: asyncio.Task[None] | None) -> None:
    """Wait for the signal, or raise what ``asking`` ended with before."""
    stopping = asyncio.create_task(stop.wait())
    try:
        awaited: set[asyncio.Task[Any]] = {stopping} if asking is None else {stopping, asking}
        await asyncio.wait(awaited, return_when=asyncio.FIRST_COMPLETED)
        if asking is not None and asking.done():
            asking.result()
        await stopping
    finally:
        stopping.cancel()
