"""Images bought for somebody who no longer waits: kept in a folder, and told in the log."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

import structlog

from glm_slackbot.engine.making import MadeImage
from glm_slackbot.engine.txt2img.faults import Fault
from glm_slackbot.engine.txt2img.studio import Sample

log = structlog.get_logger(__name__)


def keep_unclaimed(samples: Sequence[Sample], folder: Path) -> None:
    """Move them into the folder, which is made when it is needed."""
    for sample in samples:
        if isinstance(sample.end, Fault):
            log.warning("nobody was told", code=sample.end.code, request_id=sample.request_id)
        else:
            _keep(sample.request_id, sample.end, folder)


def _keep(request_id: str, made: MadeImage, folder: Path) -> None:
    assert made.file is not None
    kept = folder / f"{request_id}{made.file.suffix}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        shutil.move(made.file.path, kept)
    except OSError as fault:
        reason = fault.strerror or type(fault).__name__
        log.error("an image nobody waited for is lost", reason=reason, request_id=request_id)
    else:
        log.warning("nobody waited for an image", kept=str(kept), request_id=request_id)


def remove_files(samples: Sequence[Sample]) -> None:
    """What was sent, or moved away, is not needed here any more."""
    for sample in samples:
        if isinstance(sample.end, MadeImage) and sample.end.file is not None:
            sample.end.file.remove()
