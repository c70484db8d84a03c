"""Where made images are kept: never over a file that is there, by a name of their real type."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Final

from glm_slackbot.domain.errors import UserError
from glm_slackbot.engine.not_made import wrong_use
from glm_slackbot.glm.spool import SpooledImage

_SUFFIXES: Final = frozenset({".png", ".jpg", ".jpeg", ".webp", ".gif"})
_NO_NAME: Final = re.compile(r"[^\w]+")
_LONGEST_NAME: Final = 40
"""Characters; of four bytes each they still fit into a name."""


@dataclass(frozen=True, slots=True)
class Place:
    """A folder, and the name that the image shall have there; None: by its prompt."""

    folder: Path
    stem: str | None = None

    def name_of(self, prompt: str, suffix: str) -> Path:
        """A name that is free now."""
        stem = self.stem or _NO_NAME.sub("-", prompt[:200]).strip("-_")[:_LONGEST_NAME] or "image"
        names = (f"{stem}{'' if n == 1 else f'-{n}'}{suffix}" for n in count(1))
        paths = (self.folder / path_of_words(name) for name in names)
        return next(path for path in paths if not os.path.lexists(path))


def place_of(save: str) -> Place:
    """What ``--save`` names: a file by its ending, else a folder. Raises NotMade.

    The folder is made. Nothing is bought that could not be kept.
    """
    path = Path(save)
    if path.name:
        _check_length(path)
    is_file = path.suffix.lower() in _SUFFIXES and not path.is_dir() and not save.endswith(os.sep)
    if is_file and os.path.lexists(path):
        raise wrong_use(UserError("engine.file_is_there", path=save))
    place = Place(path.parent, path.stem) if is_file else Place(path)
    make_folder(place.folder)
    return place


def _check_length(path: Path) -> None:
    """An image may get the longest of the endings."""
    try:
        path.with_name(f"{path.stem}.webp").exists()
    except OSError as fault:
        reason = fault.strerror or type(fault).__name__
        raise wrong_use(UserError("engine.no_folder", path=str(path), reason=reason)) from None


def make_folder(folder: Path) -> None:
    """Make it where it is missing, and see that it can be written to. Raises NotMade."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not os.access(folder, os.W_OK | os.X_OK):
            raise PermissionError(None, "Permission denied")
    except OSError as fault:
        reason = fault.strerror or type(fault).__name__
        raise wrong_use(UserError("engine.no_folder", path=str(folder), reason=reason)) from None


def keep(image: SpooledImage, path: Path, when_claimed: Callable[[], None]) -> bool:
    """Give a fetched image its name, on disk for good; False where another took the name.

    ``when_claimed`` hears that the name is ours, by an empty file, before the bytes are there.
    """
    set_usual_mode(image.path)
    with image.path.open("rb") as file:
        os.fsync(file.fileno())
    with ExitStack() as on_failure:
        try:
            # To replace asks nobody; links would, but not every disk has them.
            os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL))
        except FileExistsError:
            return False
        on_failure.callback(path.unlink, missing_ok=True)
        when_claimed()
        image.path.replace(path)
        on_failure.pop_all()
    sync_folder(path.parent)
    return True


def words_of_path(path: Path) -> str:
    """A path as text, also where the locale is not that of its name."""
    return os.fsencode(path).decode("utf-8", "surrogateescape")


def as_utf8(words: str) -> str:
    """An argument of the command line as it was typed, where the locale says nothing of UTF-8."""
    try:
        return os.fsencode(words).decode("utf-8")
    except UnicodeError:
        return words


def path_of_words(words: str) -> Path:
    """The file that such words name: in UTF-8, whatever the locale."""
    return Path(os.fsdecode(words.encode("utf-8", "surrogateescape")))


def set_usual_mode(path: Path) -> None:
    """As any new file has it: a temporary one is for its owner alone."""
    usual = os.umask(0)
    os.umask(usual)
    path.chmod(0o666 & ~usual)


def sync_folder(folder: Path) -> None:
    """The names in it are on disk for good."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
