"""``glm-slackbot doctor``."""

from __future__ import annotations

import asyncio
import sys

import click

from glm_slackbot.cli.mistakes import told_in_a_line


@click.command()
def doctor() -> None:
    """Check settings, clock, database, Slack, GLM, encryption and worker; 1 if anything failed."""
    with told_in_a_line():
        from glm_slackbot.app.doctor.examine import examine
        from glm_slackbot.app.doctor.finding import any_failed
        from glm_slackbot.app.settings_reading import read_settings_with_mistakes
        from glm_slackbot.observe import set_up_logging

        settings, mistakes = read_settings_with_mistakes()
        set_up_logging("console", "ERROR")
        findings = asyncio.run(examine(settings, mistakes))
    for finding in findings:
        click.echo(str(finding))
    sys.exit(1 if any_failed(findings) else 0)
