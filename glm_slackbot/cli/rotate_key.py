"""``glm-slackbot rotate-key``."""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING

import click

from glm_slackbot.cli.mistakes import told_in_a_line

if TYPE_CHECKING:
    from glm_slackbot.app.rotation import Rotated

_VARIABLE = "GLM_SLACKBOT_ENCRYPTION_KEY"


@click.command("rotate-key")
def rotate_key() -> None:
    """Encrypt all saved secrets anew by the first GLM_SLACKBOT_ENCRYPTION_KEY.

    Set it to the new key, a comma and the old one, and restart the bot with both first. The exit
    code is 1 when there is something that none of the keys opens, else 0.
    """
    with told_in_a_line():
        from glm_slackbot.observe import set_up_logging

        set_up_logging("console", "ERROR")
        rotated = asyncio.run(_rotate())
    click.echo(f"Encrypted by the first key now: {rotated.done}.")
    for what in rotated.unreadable:
        click.echo(f"Left as it is, for no key given opens it: {what}.")
    if rotated.unreadable:
        click.echo(f"Add the key it was encrypted by to {_VARIABLE}, after a comma.")
        sys.exit(1)
    click.echo(f"The other keys can leave {_VARIABLE} once every process has the first one.")


async def _rotate() -> Rotated:
    from glm_slackbot.app.beside import database_beside
    from glm_slackbot.app.encryption import VARIABLE, KeyFault, box_of
    from glm_slackbot.app.rotation import rotate_all
    from glm_slackbot.app.settings_error import SettingsError
    from glm_slackbot.app.settings_reading import read_settings

    settings = read_settings()
    if not settings.encryption_keys:
        raise SettingsError(
            [
                f"{VARIABLE} is not set: it takes the new key, a comma, and the old one "
                "(that of a SQLite installation is in the .key file beside its database)"
            ]
        )
    try:
        box = box_of(settings.encryption_keys)
    except KeyFault as fault:
        raise SettingsError([str(fault)]) from None
    async with database_beside(settings) as database:
        return await rotate_all(database, box)
