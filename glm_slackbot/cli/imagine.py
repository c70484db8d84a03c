"""``glm-slackbot imagine``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from glm_slackbot.cli.imagine_arguments import SaysItInJson, seconds, user_id


@click.command(cls=SaysItInJson)
@click.argument("prompt", required=False)
@click.option("--size", metavar="WxH", help="In pixels, such as 1728x960.")
@click.option("--ar", metavar="W:H", help="The aspect ratio instead, such as 16:9.")
@click.option("--model", metavar="NAME", help="glm-image (the default), cogview-4 and others.")
@click.option("--quality", metavar="hd|standard", help="What the model offers.")
@click.option("--n", "n", metavar="COUNT", help="So many images, 1 to 4.")
@click.option("--style", metavar="WORDS", help="Such as watercolor.")
@click.option("--no", "no", metavar="WORDS", help='What to avoid, such as "people, text".')
@click.option("--no-watermark", is_flag=True, help="Needs the provider's signed disclaimer.")
@click.option(
    "--user-id",
    metavar="ID",
    callback=user_id,
    help="Whom the provider blocks for violations, 6 to 128 characters; choose no real name.",
)
@click.option("--save", metavar="FILE-OR-FOLDER", help="A name with an image's ending is a file.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object an image, a line each.")
@click.option(
    "--output",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Also write those objects to a file, whole or not at all.",
)
@click.option("--sync", "sync", is_flag=True, help="Generate and wait, for any model.")
@click.option("--async", "by_task", is_flag=True, help="Submit and poll: glm-image only.")
@click.option(
    "--timeout",
    metavar="S",
    default=300.0,
    callback=seconds,
    show_default=True,
    help="Seconds for the whole of one image.",
)
@click.option(
    "--provider",
    type=click.Choice(["bigmodel", "z.ai"], case_sensitive=False),
    help="Whose API key it is; needed where both are set.",
)
@click.option("--key-stdin", is_flag=True, help="Read the API key from the input.")
@click.option(
    "--from-file",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="A batch: one line a prompt, flags and all.",
)
@click.option(
    "--concurrency",
    metavar="N",
    type=click.IntRange(1, 32),
    default=2,
    show_default=True,
    help="So many images at once.",
)
def imagine(**given: Any) -> None:
    """Make images without Slack, by the API key in ZHIPU_API_KEY or ZAI_API_KEY.

    Flags may stand in the PROMPT too, by the same rules. A busy provider is waited out within
    --timeout, one that cannot be reached for 30 s. Nothing that may have been bought is ordered
    again.

    Without --save the image goes into the current folder, named by its prompt; with --json only
    its link is told. The ending is that of the real type, and no file is written over.

    A batch skips blank lines and lines that begin with "#". The options hold for each line that
    does not say otherwise. What was ordered is kept in a state file beside --output, else in the
    --save folder, else beside the prompts, where a link leads to it: run it again, also after a
    crash, and it goes on; with another --output or --save nothing is ordered, and it says why.
    Lines are known by what they ask for. Refused or perhaps charged ones are not ordered again.
    Nothing more is ordered when nobody reads the output any more, or no image could be written.

    JSON: ok, model, image_url, prompt, size, quality, created, content_filter, saved_file,
    request_id, cost {amount, currency; by the price list, also where it only may be charged} and
    error {code, message, status}. Codes of ours: MISSING_API_KEY, INVALID_SIZE, INVALID_ARGUMENT,
    DOWNLOAD_FAILED (bought; image_url may be fetched), NETWORK_ERROR and TIMEOUT (not bought, also
    where you stopped it before), UNSURE (perhaps bought; request_id is its task's, if there is one,
    and the message says how to ask for it). The provider's are passed on as given, with
    "content_filter" and "FAIL" where it says these without a code.

    The exit code is 0 when all is done, 1 when some failed, 2 for wrong use or no API key, 3 when
    refused by policy, 4 for provider, network, TIMEOUT and UNSURE, 130 after Ctrl-C. Where all
    failed in different ways the highest counts.
    """
    from glm_slackbot.cli.imagine_asked import Asked
    from glm_slackbot.cli.imagine_run import carry_out

    sys.exit(carry_out(Asked.from_options(given)))
