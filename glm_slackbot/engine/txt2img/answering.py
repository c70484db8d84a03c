"""What was made, as the JSON that older programs know: prompt, images, count."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from typing import Any

from glm_slackbot.domain.imagine import ImageRequest, size_note
from glm_slackbot.engine.making import MadeImage
from glm_slackbot.engine.txt2img.faults import Fault, worst_of
from glm_slackbot.engine.txt2img.studio import Sample
from glm_slackbot.texts import text

MADE = 200


def answer_of(wanted: ImageRequest, samples: Sequence[Sample]) -> tuple[int, bytes]:
    """Status and body. One image is enough for 200; what is missing stands under ``errors``."""
    faults = [sample.end for sample in samples if isinstance(sample.end, Fault)]
    made = [sample.end for sample in samples if isinstance(sample.end, MadeImage)]
    errors = [fault.as_json for fault in faults]
    if not made:
        worst = worst_of(faults)
        told: dict[str, Any] = {"error": worst.as_json}
        return worst.status, _json(told | ({"errors": errors} if len(errors) > 1 else {}))
    told = {
        "prompt": wanted.prompt,
        "images": [{"base64": _base64(image)} for image in made],
        "count": len(made),
    }
    notes = _notes(wanted, made)
    return MADE, _json(
        told | ({"errors": errors} if errors else {}) | ({"notes": notes} if notes else {})
    )


def _notes(wanted: ImageRequest, made: Sequence[MadeImage]) -> list[str]:
    """What a person should hear of images that were made."""
    note = size_note(wanted)
    questionable = [n for n, image in enumerate(made, 1) if image.generated.questionable]
    return [
        *([text(note, "en")] if note else []),
        *(text("local_server.questionable", "en", number=number) for number in questionable),
    ]


def _base64(made: MadeImage) -> str:
    assert made.file is not None
    return base64.b64encode(made.file.path.read_bytes()).decode("ascii")


def _json(told: dict[str, Any]) -> bytes:
    return json.dumps(told).encode("ascii")
