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
        from glm_slackbot.app.settings_error import SettingsError
        from glm_slackbot.app.settings_reading import read_settings_with_mistakes
        from glm_slackbot.app.start_faults import named_by_variable
        from glm_slackbot.observe import set_up_logging

        settings, mistakes = read_settings_with_mistakes()
        if mistakes:
            raise SettingsError(mistakes)
        set_up_logging(settings.log_format, settings.log_level, settings.secrets())
        with named_by_variable(settings):
            asyncio.run(serve_until_signal(settings))
    sys.exit(0)
