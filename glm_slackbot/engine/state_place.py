"""Where the state file of a batch is: one for each file of prompts, however often it is run.

It is beside the output, else in the folder of the images, else beside the prompts; where it is not
beside the prompts, a link there leads to it. So a run with other options finds it, and does not
order everything anew unasked.
"""

from __future__ import annotations

import os
from pathlib import Path

from glm_slackbot.domain.errors import UserError
from glm_slackbot.engine.not_made import NotMade, wrong_use


def state_path(prompts: Path, output: Path | None, save: Path | None) -> Path:
    """Where it is by the options."""
    if output is not None:
        return output.with_name(f"{output.name}.state.jsonl")
    return (save or prompts.parent) / f"{prompts.name}.state.jsonl"


def check_no_other(used: Path, prompts: Path, save: Path | None) -> None:
    """Raises NotMade where an earlier run of these prompts has its state file elsewhere."""
    beside = _beside(prompts)
    if beside.is_symlink() and not _is_there(beside):
        if not _is_there(used):  # moved here, it would be there: its disk may be away
            raise _gone(beside)
    elif _is_there(beside) and not _is_same(beside, used):
        raise _other(beside, used)
    if save is not None and not _is_there(used):
        in_folder = state_path(prompts, None, save)
        if _is_there(in_folder):
            raise _other(in_folder, used)


def lead_to(used: Path, prompts: Path) -> bool:
    """Leave a link beside the prompts; False where that cannot be.

    Raises NotMade where another run just did so.
    """
    link = _beside(prompts)
    if _is_same(link, used) or not prompts.is_file():  # a pipe is no batch to come back to
        return True
    try:
        if link.is_symlink() and not _is_there(link):
            link.unlink()  # what it led to was moved
        link.symlink_to(os.path.relpath(os.path.realpath(used), os.path.realpath(link.parent)))
    except FileExistsError:
        check_no_other(used, prompts, None)
    except OSError:
        return False
    return True


def _other(found: Path, used: Path) -> NotMade:
    error = UserError(
        "engine.other_state", other=str(_led_to(found)), path=str(used), mark=str(found)
    )
    return wrong_use(error)


def _gone(link: Path) -> NotMade:
    return wrong_use(UserError("engine.state_gone", path=str(_led_to(link)), link=str(link)))


def _led_to(path: Path) -> Path:
    return path.parent / os.readlink(path) if path.is_symlink() else path


def _is_there(path: Path) -> bool:
    """Also where that cannot be told: in doubt nothing is ordered."""
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:
        return True
    return True


def _beside(prompts: Path) -> Path:
    return state_path(prompts, None, None)


def _is_same(one: Path, other: Path) -> bool:
    return os.path.realpath(one) == os.path.realpath(other)
