"""``glm-slackbot forget``."""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING

import click

from glm_slackbot.cli.mistakes import told_in_a_line
from glm_slackbot.cli.slack_ids import person_id, workspace_id

if TYPE_CHECKING:
    from glm_slackbot.app.forgetting import Forgotten
    from glm_slackbot.storage.scope import Scope


@click.command()
@click.option("--user", metavar="U…", callback=person_id, help="Slack's id of a person.")
@click.option("--workspace", metavar="T…", callback=workspace_id, help="Or E… of an organisation.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option(
    "--wait",
    type=click.FloatRange(min=0),
    default=30.0,
    show_default=True,
    help="Seconds in which requests that are being worked on may end.",
)
def forget(user: str | None, workspace: str | None, yes: bool, wait: float) -> None:
    """Erase prompts and links, and replace people's ids by one-way marks.

    The exit code is 0 when all of it is done, 1 when something is being worked on still.
    """
    if not (user or workspace):
        raise click.UsageError("name whom to forget: --user U…, --workspace T…, or both")
    whom = " in ".join(name for name in (user, workspace or "every workspace") if name)
    click.echo(
        f"This erases the prompts and links of {whom}, cancels what waits, and replaces people's "
        "ids\nby marks. Nobody can bring them back. Costs and dates stay, as do settings and API "
        "keys."
    )
    if not yes:
        click.confirm("Forget them?", abort=True)
    with told_in_a_line():
        from glm_slackbot.observe import set_up_logging
        from glm_slackbot.storage.scope import Scope

        set_up_logging("console", "ERROR")
        forgotten = asyncio.run(_forget(Scope(workspace, user), wait))
    _tell(forgotten)


def _tell(forgotten: Forgotten) -> None:
    click.echo(f"People forgotten: {forgotten.people}.")
    if not (forgotten.people or forgotten.left):
        click.echo("No row names anybody to forget: check the id, or it was done before.")
    click.echo(
        "Images and messages that are in Slack already are Slack's to delete: by Delete under the "
        "image,\nby an admin, or by Slack's own retention."
    )
    if not forgotten.is_rewritten:
        click.echo(
            "The database file could not be rewritten: shreds of what was erased may stand in it."
            "\nGive it free disk space, or stop the bot, and run this once more."
        )
    if forgotten.left:
        click.echo(f"Still being worked on: {forgotten.left}. Run this once more in a few minutes.")
    if forgotten.left or not forgotten.is_rewritten:
        sys.exit(1)


async def _forget(scope: Scope, wait: float) -> Forgotten:
    from glm_slackbot.app.beside import database_beside
    from glm_slackbot.app.forgetting import forget_beside
    from glm_slackbot.app.settings_reading import read_settings

    async with database_beside(read_settings()) as database:
        return await forget_beside(database, scope, patience=wait)
