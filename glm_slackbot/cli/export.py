"""``glm-slackbot export``."""

from __future__ import annotations

import asyncio
import csv
import json
import sys
from datetime import UTC, datetime

import click

from glm_slackbot.cli.mistakes import told_in_a_line


@click.command()
@click.option("--workspace", required=True, help="Slack's id: T…, or E… of an organisation.")
@click.option(
    "--since",
    type=click.DateTime(["%Y-%m-%d"]),
    default="1970-01-01",
    help="The first day, by UTC; all without it.",
)
@click.option(
    "--format", "form", type=click.Choice(["jsonl", "csv"]), default="jsonl", show_default=True
)
@click.option("--with-prompts", is_flag=True, help="Also what was asked for, in people's words.")
def export(workspace: str, since: datetime, form: str, with_prompts: bool) -> None:
    """Write requests, their costs and the audit log to standard output."""
    with told_in_a_line():
        from glm_slackbot.observe import set_up_logging

        set_up_logging("console", "ERROR")
        first = since.replace(tzinfo=UTC).timestamp()
        asyncio.run(_write(workspace, first, form == "csv", with_prompts))


async def _write(workspace: str, since: float, as_csv: bool, with_prompts: bool) -> None:
    from glm_slackbot.app.beside import database_beside
    from glm_slackbot.app.settings_reading import read_settings
    from glm_slackbot.storage.exporting import COLUMNS, PROMPT_COLUMNS, csv_cells, exported

    columns = (*COLUMNS, *PROMPT_COLUMNS) if with_prompts else COLUMNS
    lines = csv.writer(sys.stdout, lineterminator="\n")
    if as_csv:
        lines.writerow(columns)
    async with database_beside(read_settings()) as database:
        async for record in exported(database, workspace, since, with_prompts=with_prompts):
            if as_csv:
                lines.writerow(csv_cells(record, columns))
            else:
                click.echo(json.dumps(record, ensure_ascii=False))
