"""Where the state file of a batch is: one for each file of prompts, however often it is run.

It is beside the output, else in the folder of the images, else beside the prompts; where it is not
beside the prompts, a link there leads to it. So a run with other options finds it, and does not
order everything anew unasked.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from glm_slackbot.domain.errors import UserError
from glm_slackbot.engine.not_made import wrong_use


def state_path(prompts: Path, output: Path | None, save: Path | None) -> Path:
    """Where it is by the options."""
    if output is not None:
        return output.with_name(f"{output.name}.state.jsonl")
    return (save or prompts.parent) / f"{prompts.name}.state.jsonl"


def check_no_other(used: Path, prompts: Path, save: Path | None) -> None:
    """Raises NotMade where an earlier run of these prompts has its state file elsewhere."""
    places = [_beside(prompts)]
    if save is not None and not used.exists():
        places.append(state_path(prompts, None, save))
    for path in places:
        if path.exists() and not _is_same(path, used):
            other = path.parent / os.readlink(path) if path.is_symlink() else path
            raise wrong_use(UserError("engine.other_state", other=str(other), path=str(used)))


def lead_to(used: Path, prompts: Path) -> bool:
    """Leave a link beside the prompts; False where that cannot be.

    Raises NotMade where another run just did so.
    """
    link = _beside(prompts)
    if not prompts.is_file():  # a pipe is no batch to come back to
        return True
    if link.is_symlink() and not link.exists():
        with suppress(OSError):
            link.unlink()  # whoever removed what it led to begins anew
    if _is_same(link, used):
        return True
    try:
        link.symlink_to(os.path.relpath(os.path.realpath(used), os.path.realpath(link.parent)))
    except FileExistsError:
        check_no_other(used, prompts, None)
    except OSError:
        return False
    return True


def _beside(prompts: Path) -> Path:
    return state_path(prompts, None, None)


def _is_same(one: Path, other: Path) -> bool:
    return os.path.realpath(one) == os.path.realpath(other)
