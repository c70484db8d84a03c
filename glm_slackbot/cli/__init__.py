"""The command line."""

from __future__ import annotations

import click

from glm_slackbot import __version__
from glm_slackbot.cli.doctor import doctor
from glm_slackbot.cli.export import export
from glm_slackbot.cli.forget import forget
from glm_slackbot.cli.imagine import imagine
from glm_slackbot.cli.manifest import manifest
from glm_slackbot.cli.rotate_key import rotate_key
from glm_slackbot.cli.sandbox import sandbox
from glm_slackbot.cli.serve import serve
from glm_slackbot.cli.txt2img import txt2img


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="glm-slackbot")
def main() -> None:
    """Images in Slack by GLM-Image."""


main.add_command(serve)
main.add_command(doctor)
main.add_command(manifest)
main.add_command(sandbox)
main.add_command(imagine)
main.add_command(txt2img)
main.add_command(export)
main.add_command(forget)
main.add_command(rotate_key)
