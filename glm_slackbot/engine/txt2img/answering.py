"""What was made, as the JSON that older programs know: prompt, images, count."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from glm_slackbot.domain.imagine import ImageRequest, size_note
from glm_slackbot.engine.making import MadeImage
from glm_slackbot.engine.txt2img.errands import Errand
from glm_slackbot.engine.txt2img.faults import Fault, worst_of
from glm_slackbot.texts import text

MADE = 200


def answer_of(errand: Errand) -> tuple[int, bytes]:
    """Status and body. One image is enough for 200; what is missing stands under ``errors``."""
    ends = [sample.end for sample in errand.samples]
    made = [end for end in ends if isinstance(end, MadeImage)]
    faults = [end for end in ends if isinstance(end, Fault)]
    more = {
        "errors": [fault.as_json for fault in faults],
        "notes": [*_notes(errand.wanted, made), *_news(errand)],
    }
    if not made:
        worst = worst_of(faults)
        if len(faults) == 1:
            del more["errors"]
        return worst.status, _json({"error": worst.as_json}, more)
    images = [{"base64": _base64(image)} for image in made]
    told = {"prompt": errand.wanted.prompt, "images": images, "count": len(made)}
    return MADE, _json(told, more)


def _notes(wanted: ImageRequest, made: Sequence[MadeImage]) -> Iterator[str]:
    """What a person should hear of images that were made."""
    if made and (note := size_note(wanted)):
        yield text(note, "en")
    for number, image in enumerate(made, 1):
        if image.generated.questionable:
            yield text("local_server.questionable", "en", number=number)


def _news(errand: Errand) -> Iterator[str]:
    if errand.is_taken_up:
        yield text("local_server.taken_up", "en")


def _base64(made: MadeImage) -> str:
    assert made.file is not None
    return base64.b64encode(made.file.path.read_bytes()).decode("ascii")


def _json(told: Mapping[str, Any], more: Mapping[str, Any]) -> bytes:
    """``more``: only what there is."""
    return json.dumps({**told, **{name: all_ for name, all_ in more.items() if all_}}).encode()
