"""``glm-slackbot manifest``."""

from __future__ import annotations

import click


@click.command()
@click.option("--url", metavar="https://…", help="Where Slack reaches your bot, without a path.")
@click.option("--socket", is_flag=True, help="For Socket Mode, which needs no address.")
@click.option("--command", default="/imagine", show_default=True, help="The slash command's name.")
@click.option("--oauth", is_flag=True, help="For many workspaces, which install it by OAuth.")
def manifest(url: str | None, socket: bool, command: str, oauth: bool) -> None:
    """Print the manifest to paste into Slack."""
    from glm_slackbot.app.manifest import manifest_text
    from glm_slackbot.app.public_url import BadUrl

    try:
        printed = manifest_text(url=url, socket_mode=socket, command=command, oauth=oauth)
    except BadUrl as error:
        raise click.BadParameter(str(error), param_hint="--url") from None
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--command") from None
    click.echo(printed, nl=False)
