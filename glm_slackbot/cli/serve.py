"""``glm-slackbot serve``."""

from __future__ import annotations

import asyncio
import sys

import click

from glm_slackbot.cli.mistakes import told_in_a_line


@click.command()
def serve() -> None:
    """Run the bot: HTTP, or Socket Mode when SLACK_APP_TOKEN is set."""
    with told_in_a_line():
        from glm_slackbot.app.serve import serve as serve_until_signal
        from glm_slackbot.app.settings import read_settings
        from glm_slackbot.observe import set_up_logging

        settings = read_settings()
        settings.check_can_serve()
        set_up_logging(settings.log_format, settings.log_level, settings.secrets())
        asyncio.run(serve_until_signal(settings))
    sys.exit(0)
