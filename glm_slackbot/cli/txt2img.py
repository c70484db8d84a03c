"""``glm-slackbot txt2img``."""

from __future__ import annotations

import asyncio
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from glm_slackbot.cli.imagine_arguments import seconds
from glm_slackbot.cli.mistakes import told_in_a_line

if TYPE_CHECKING:
    from glm_slackbot.glm.client import ApiKey

TOKEN = "GLM_SLACKBOT_HTTP_TOKEN"


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help=f"Others need {TOKEN}.")
@click.option("--port", type=click.IntRange(0, 65535), default=5001, show_default=True)
@click.option(
    "--provider",
    type=click.Choice(["bigmodel", "z.ai"], case_sensitive=False),
    help="Whose API key it is; needed where both are set.",
)
@click.option("--key-stdin", is_flag=True, help="Read the API key from the input.")
@click.option(
    "--timeout",
    metavar="S",
    default=300.0,
    callback=seconds,
    show_default=True,
    help="Seconds for one image, and as long again for its turn to come.",
)
@click.option(
    "--concurrency",
    metavar="N",
    type=click.IntRange(1, 32),
    default=2,
    show_default=True,
    help="So many images at once.",
)
@click.option(
    "--save",
    "unclaimed",
    metavar="FOLDER",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("txt2img-images"),
    show_default=True,
    help="Where images go that nobody waits for any more when they are there.",
)
def txt2img(**given: Any) -> None:
    """Serve images to programs on this machine, which spoke to an older local image server.

    GET /ping. POST /txt2img with {prompt, negative_prompt, width, height, model, style, samples}
    answers {prompt, images: [{base64}], count}. Each image costs money, by the API key in
    ZHIPU_API_KEY or ZAI_API_KEY.

    Another host than loopback needs GLM_SLACKBOT_HTTP_TOKEN: programs send it as
    "Authorization: Bearer ...". Pages in browsers are refused. Nothing that may have been bought
    is ordered again.

    Ctrl-C or SIGTERM: nothing more is ordered, and what is gets 20 s; a second one ends it now.
    """
    asked = Asked(**given)
    with told_in_a_line():
        from glm_slackbot.cli.txt2img_run import Place, serve

        place = Place(asked.host, asked.port, _token(asked.host))
        asyncio.run(
            serve(place, _api_key(asked), asked.concurrency, asked.timeout, asked.unclaimed)
        )
    sys.exit(0)


@dataclass(frozen=True, slots=True)
class Asked:
    """The options."""

    host: str
    port: int
    provider: str | None
    key_stdin: bool
    timeout: float
    concurrency: int
    unclaimed: Path


def _api_key(asked: Asked) -> ApiKey:
    from glm_slackbot.app.settings_error import SettingsError
    from glm_slackbot.cli.imagine_key import find_api_key
    from glm_slackbot.domain.image_models import Provider
    from glm_slackbot.engine.not_made import NotMade

    provider = Provider(asked.provider) if asked.provider else None
    try:
        return find_api_key(provider, from_stdin=asked.key_stdin)
    except NotMade as ended:
        raise SettingsError([ended.words]) from None


def _token(host: str) -> str | None:
    from glm_slackbot.app.settings_error import SettingsError
    from glm_slackbot.engine.txt2img.guards import is_loopback

    token = os.environ.get(TOKEN, "").strip()
    if token and not (token.isascii() and token.isprintable() and " " not in token):
        raise SettingsError([f"{TOKEN} must be of ASCII letters, digits and signs, without spaces"])
    try:
        is_open = not is_loopback(host)
    except OSError as fault:
        raise SettingsError([f"--host {host}: {fault.strerror or fault}"]) from None
    if is_open and not token:
        raise SettingsError(
            [
                f"--host {host} lets others than this machine in, and images cost money: set "
                f"{TOKEN} to a secret that programs send as a bearer token, or leave --host out"
            ]
        )
    return token or None
