"""``glm-slackbot sandbox``."""

from __future__ import annotations

import asyncio
import io
import logging
import os
import sys
from contextlib import aclosing
from pathlib import Path
from typing import TYPE_CHECKING

import click

from glm_slackbot.cli.mistakes import WRONG_USE, told_in_a_line

if TYPE_CHECKING:
    from rich.console import Console

    from glm_slackbot.sandbox.repl import Sandbox

INTERRUPTED = 130
API_KEYS = {"ZHIPU_API_KEY": "zhipu_api_key", "ZAI_API_KEY": "zai_api_key"}


@click.command()
@click.argument("lines", nargs=-1, metavar="[LINE]...")
@click.option(
    "--save",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("sandbox-images"),
    show_default=True,
    help="Where images are saved; the page keeps none.",
)
@click.option(
    "--real",
    is_flag=True,
    help="Real images, which cost money, by ZHIPU_API_KEY or ZAI_API_KEY. Slack stays a stand-in.",
)
@click.option("--page", is_flag=True, help="Show it all on a page in a browser instead.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    help="Where the page is, on this machine alone; 0: any free port.  [default: 8765]",
)
@click.option("--no-browser", is_flag=True, help="Only print the page's address.")
@click.option("--verbose", is_flag=True, help="Print the bot's log to stderr.")
def sandbox(
    lines: tuple[str, ...],
    folder: Path,
    real: bool,
    page: bool,
    port: int | None,
    no_browser: bool,
    verbose: bool,
) -> None:
    """Try the whole bot without any account: in a stand-in Slack, with drawn placeholders.

    Each LINE is something a person does in Slack, in quotes: "/imagine a fox --ar 16:9",
    "thread: @bot --ar 1:1", "press Again". Without a LINE they are read from the input;
    "help" lists them.

    The exit code is 0 if an image came or none was asked for, 1 if none came, 2 for a wrong line.
    """
    if page and lines:
        raise click.UsageError("--page takes no LINE: type it on the page")
    if not page and (port is not None or no_browser):
        raise click.UsageError("--port and --no-browser go with --page")
    try:
        with told_in_a_line():
            _set_up_output(verbose)
            keys = _real_api_keys() if real else None
            if page:
                code = asyncio.run(_show_page(port, keys, not no_browser, verbose))
            else:
                code = asyncio.run(_run(lines, folder, keys))
    except KeyboardInterrupt:
        click.echo()
        code = INTERRUPTED
    sys.exit(code)


async def _run(lines: tuple[str, ...], folder: Path, keys: dict[str, str] | None) -> int:
    from rich.console import Console

    from glm_slackbot.sandbox.repl import open_sandbox

    console = Console(highlight=False, markup=False, emoji=False)
    if not console.is_terminal:
        console.width = 100
    async with open_sandbox(console, folder, real_api_keys=keys) as opened:
        if keys:
            console.print(_cost_notice(keys), style="yellow")
        if lines:
            for line in lines:
                await opened.take(line)
        else:
            await _take_typed_lines(opened, console)
    if lines and opened.not_understood:
        return WRONG_USE
    return 1 if opened.failed and not opened.images else 0


async def _show_page(
    port: int | None, keys: dict[str, str] | None, opens_browser: bool, verbose: bool
) -> int:
    from glm_slackbot.sandbox.page.run import DEFAULT_PORT, run_page

    if keys:
        click.echo(_cost_notice(keys))
    await run_page(
        DEFAULT_PORT if port is None else port,
        click.echo,
        real_api_keys=keys,
        opens_browser=opens_browser,
        shows_log=verbose,
    )
    return 0


async def _take_typed_lines(opened: Sandbox, console: Console) -> None:
    from glm_slackbot.sandbox.typed_lines import typed_lines

    is_typed = sys.stdin.isatty()
    if is_typed:
        console.print('A stand-in Slack. Write "/imagine a fox in the snow", or "help".')

    def prompt() -> None:
        if is_typed:
            person = opened.person
            console.print(f"\n{person.name} in {person.place}> ", style="bold", end="")

    async with aclosing(typed_lines(sys.stdin.fileno(), prompt)) as typed:
        async for line in typed:
            if not await opened.take(line):
                return


def _real_api_keys() -> dict[str, str]:
    # Not read_settings, which reads .env and every other setting too.
    given = {API_KEYS[name]: os.environ.get(name, "").strip() for name in API_KEYS}
    keys = {name: key for name, key in given.items() if key}
    if not keys:
        click.echo(
            "glm-slackbot: --real needs an API key in the environment: ZHIPU_API_KEY "
            "(open.bigmodel.cn) or ZAI_API_KEY (api.z.ai)",
            err=True,
        )
        sys.exit(WRONG_USE)
    return keys


def _cost_notice(keys: dict[str, str]) -> str:
    from glm_slackbot.domain.image_models import Provider, price_micros

    provider = Provider.BIGMODEL if "zhipu_api_key" in keys else Provider.ZAI
    price = price_micros("glm-image", provider) / 1_000_000
    return (
        f"Real images: {provider.host} gets your prompts and charges your account, by its price "
        f"list {price:g} {provider.currency} for each image of glm-image. Slack is a stand-in."
    )


def _set_up_output(verbose: bool) -> None:
    from glm_slackbot.observe import set_up_logging

    set_up_logging("console", "INFO")
    if not verbose:
        logging.getLogger().handlers[:] = [logging.NullHandler()]
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # a terminal that lacks a letter still shows all
