"""``glm-slackbot manifest``."""

from __future__ import annotations

import click


@click.command()
@click.option("--url", metavar="https://…", help="Where Slack reaches your bot, without a path.")
@click.option("--socket", is_flag=True, help="For Socket Mode, which needs no address.")
@click.option("--command", default="/imagine", show_default=True, help="The slash command's name.")
@click.option(
    "--oauth/--no-oauth",
    default=None,
    help="For many workspaces, which install it by OAuth; the default is as the settings say.",
)
def manifest(url: str | None, socket: bool, command: str, oauth: bool | None) -> None:
    """Print the manifest to paste into Slack."""
    from glm_slackbot.app.manifest import manifest_text
    from glm_slackbot.app.public_url import BadUrl

    if oauth is None and (public_url := _public_url()):
        oauth, url = True, url or public_url
    oauth = bool(oauth)
    try:
        printed = manifest_text(url=url, socket_mode=socket, command=command, oauth=oauth)
    except BadUrl as error:
        raise click.BadParameter(str(error), param_hint="--url") from None
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--command") from None
    click.echo(printed, nl=False)


def _public_url() -> str | None:
    """Where the settings here let workspaces install the bot; None where they do not."""
    from glm_slackbot.app.settings_error import SettingsError
    from glm_slackbot.app.settings_reading import read_settings_with_mistakes

    try:
        settings, _ = read_settings_with_mistakes()
    except SettingsError:
        return None  # serve and doctor tell of it
    return settings.public_url if settings.is_oauth else None
