"""``txt2img`` from checked arguments to the signal that ends it."""

from __future__ import annotations

import asyncio
import signal
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import click

from glm_slackbot import __version__
from glm_slackbot.app.leaving import leave_within
from glm_slackbot.app.network_mistakes import network_mistakes
from glm_slackbot.app.server_log import server_log
from glm_slackbot.app.settings_error import SettingsError
from glm_slackbot.app.start_faults import StartFault
from glm_slackbot.domain.image_models import price_micros
from glm_slackbot.engine.txt2img.server import PATIENCE_S, Txt2ImgServer
from glm_slackbot.engine.txt2img.studio import Studio
from glm_slackbot.glm.client import ApiKey
from glm_slackbot.glm.http import open_http
from glm_slackbot.observe import set_up_logging

LEAVING_S = PATIENCE_S + 10
"""From the first signal to the end at the latest."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where it listens; ``token``: what programs must show."""

    host: str
    port: int
    token: str | None


async def serve(
    place: Place, api_key: ApiKey, concurrency: int, timeout_s: float, unclaimed: Path
) -> None:
    """Until SIGINT or SIGTERM. Raises SettingsError and StartFault."""
    set_up_logging("console", "INFO", [api_key.secret, *filter(None, [place.token])])
    if mistakes := network_mistakes():
        raise SettingsError(mistakes)
    with tempfile.TemporaryDirectory(prefix="glm-slackbot-") as spool:
        async with open_http() as http:
            studio = Studio(http, api_key, Path(spool), concurrency, timeout_s)
            server = Txt2ImgServer(studio, place.host, place.token, unclaimed, __version__)
            stop = _told_to_end(studio)
            async with _listening(server, place) as port:
                click.echo(_where(place.host, port, api_key))
                await stop.wait()
                click.echo(
                    f"Ending: what is ordered gets {PATIENCE_S:g} s (again to end now).", err=True
                )


def _told_to_end(studio: Studio) -> asyncio.Event:
    """Set at the first signal; the second lets go of what is ordered."""
    stop = asyncio.Event()

    def told() -> None:
        if stop.is_set():
            studio.let_go()
        stop.set()
        leave_within(LEAVING_S)

    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, told)
    return stop


@asynccontextmanager
async def _listening(server: Txt2ImgServer, place: Place) -> AsyncIterator[int]:
    is_up = False
    try:
        async with server.serving(place.port, server_log()) as port:
            is_up = True
            yield port
    except OSError as fault:
        if is_up:
            raise
        reason = fault.strerror or str(fault)
        line = f"--host {place.host} --port {place.port}: {reason}; choose another"
        raise StartFault(line, is_mistake=True) from fault


def _where(host: str, port: int, api_key: ApiKey) -> str:
    shown = f"[{host}]" if ":" in host else host
    provider = api_key.provider
    price = price_micros("glm-image", provider) / 1_000_000
    return (
        f"txt2img is at http://{shown}:{port} (GET /ping, POST /txt2img; Ctrl-C ends it).\n"
        f"{provider.host} gets the prompts and charges your account, by its price list "
        f"{price:g} {provider.currency} for each image of glm-image."
    )
