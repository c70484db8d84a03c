"""Folders and files that a run of ``imagine`` holds on to."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from glm_slackbot.cli.imagine_asked import Asked, mistake
from glm_slackbot.cli.imagine_report import Report
from glm_slackbot.engine.saving import Place, make_folder, place_of
from glm_slackbot.engine.state_file import StateFile, open_state
from glm_slackbot.engine.state_place import check_no_other, lead_to, state_path


@contextmanager
def open_batch(asked: Asked, prompts: Path, report: Report) -> Iterator[StateFile]:
    """The state file of these prompts, this process's alone."""
    place = place_asked(asked)
    save = place.folder if asked.save and place else None
    path = state_path(prompts, asked.output, save)
    check_no_other(path, prompts, save)
    with open_state(path) as state:
        if not lead_to(path, prompts):
            report.not_led_to(path, prompts)
        yield state


@contextmanager
def open_place(asked: Asked, state: StateFile | None) -> Iterator[tuple[Place | None, Path | None]]:
    """Where images are kept, and where their bytes arrive before they have a name."""
    place = place_asked(asked)
    if place is None:
        yield None, None
        return
    # By the whole path: batches in other folders may have state files of the same name.
    name = uuid4().hex if state is None else _name_of(state.path)
    spool = place.folder / f".glm-slackbot-{name}"
    shutil.rmtree(spool, ignore_errors=True)  # of a killed run of this batch
    make_folder(spool)
    try:
        yield place, spool
    finally:
        shutil.rmtree(spool, ignore_errors=True)


def place_asked(asked: Asked) -> Place | None:
    """Its folder is there afterwards; None where only links are asked for."""
    if asked.save is None:
        return None if asked.as_json else place_of(".")
    place = place_of(asked.save)
    if asked.from_file is not None and place.stem is not None:
        raise mistake("--from-file makes many images: --save must name a folder")
    return place


def _name_of(state: Path) -> str:
    return hashlib.sha256(os.fsencode(state.resolve())).hexdigest()[:32]
