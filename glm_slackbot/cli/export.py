"""``glm-slackbot export``."""

from __future__ import annotations

import asyncio
import csv
from datetime import UTC, datetime

import click

from glm_slackbot.cli.mistakes import told_in_a_line
from glm_slackbot.cli.output import Output, output
from glm_slackbot.cli.slack_ids import workspace_id


@click.command()
@click.option(
    "--workspace",
    metavar="T…",
    required=True,
    callback=workspace_id,
    help="Slack's id of a workspace, or E… of an organisation.",
)
@click.option(
    "--since",
    type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"]),
    default="1970-01-01",
    help="The first day or moment, by UTC; all without it.",
)
@click.option(
    "--format", "form", type=click.Choice(["jsonl", "csv"]), default="jsonl", show_default=True
)
@click.option("--with-prompts", is_flag=True, help="Also what was asked for, in people's words.")
def export(workspace: str, since: datetime, form: str, with_prompts: bool) -> None:
    """Write requests, their costs and the audit log to standard output.

    The exit code is 0 when all is written, 1 when it is not or nothing is known of the workspace.
    """
    with told_in_a_line(), output() as opened:
        from glm_slackbot.observe import set_up_logging

        set_up_logging("console", "ERROR")
        first = since.replace(tzinfo=UTC).timestamp()
        asyncio.run(_write(opened, workspace, first, form == "csv", with_prompts))


async def _write(
    opened: Output, workspace: str, since: float, as_csv: bool, with_prompts: bool
) -> None:
    from glm_slackbot.app.beside import database_beside, need_known
    from glm_slackbot.app.settings_reading import read_settings
    from glm_slackbot.storage.exporting import (
        COLUMNS,
        PROMPT_COLUMNS,
        csv_cells,
        exported,
        json_line,
    )

    columns = (*COLUMNS, *PROMPT_COLUMNS) if with_prompts else COLUMNS
    lines = csv.writer(opened)  # ends lines as RFC 4180 says, and quotes each \r in a cell
    async with database_beside(read_settings()) as database:
        await need_known(database, workspace)
        if as_csv:
            lines.writerow(columns)
        async for record in exported(database, workspace, since, with_prompts=with_prompts):
            if as_csv:
                lines.writerow(csv_cells(record, columns))
            else:
                opened.write(json_line(record))
