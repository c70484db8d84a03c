"""Images bought for somebody who no longer waits: kept in a folder, and told in the log."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import structlog

from glm_slackbot.engine.making import MadeImage
from glm_slackbot.engine.txt2img.faults import Fault
from glm_slackbot.engine.txt2img.studio import Sample

log = structlog.get_logger(__name__)


def keep_unclaimed(samples: Sequence[Sample], folder: Path) -> list[Sample]:
    """Move them into the folder, which is made when it is needed.

    Answers those that may be charged, where they are now.
    """
    kept = (_kept(sample, folder) for sample in samples)
    return [sample for sample in kept if sample is not None]


def _kept(sample: Sample, folder: Path) -> Sample | None:
    if isinstance(sample.end, Fault):
        log.warning("nobody was told", code=sample.end.code, request_id=sample.request_id)
        return sample if sample.end.may_be_charged else None
    return _moved(sample.request_id, sample.end, folder)


def _moved(request_id: str, made: MadeImage, folder: Path) -> Sample | None:
    assert made.file is not None
    path = folder / f"{request_id}{made.file.suffix}"
    if path == made.file.path:
        return Sample(request_id, made)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        shutil.move(made.file.path, path)
    except OSError as fault:
        reason = fault.strerror or type(fault).__name__
        log.error("an image nobody waited for is lost", reason=reason, request_id=request_id)
        made.file.remove()
        return None
    log.warning("nobody waited for an image", kept=str(path), request_id=request_id)
    return Sample(request_id, replace(made, file=replace(made.file, path=path)))


def remove_files(samples: Iterable[Sample]) -> None:
    """What was sent is not needed here any more."""
    for sample in samples:
        if isinstance(sample.end, MadeImage) and sample.end.file is not None:
            sample.end.file.remove()
