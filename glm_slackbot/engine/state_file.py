"""What a batch has ordered, line by line on disk, so that a killed one buys nothing twice.

intent, before the paid call → (not_made) → task → made → saving → end
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Any

from glm_slackbot.domain.errors import UserError
from glm_slackbot.domain.retry import Trouble
from glm_slackbot.engine.not_made import NotMade, wrong_use
from glm_slackbot.engine.outcome import ImageOutcome
from glm_slackbot.engine.progress import NoProgress
from glm_slackbot.engine.saving import sync_folder, words_of_path
from glm_slackbot.glm.answers import GeneratedImage


@dataclass(slots=True)
class Entry:
    """The last of each event of one image."""

    events: dict[str, Mapping[str, Any]] = field(default_factory=dict)

    def take(self, event: Mapping[str, Any]) -> None:
        """A line of the file, in the file's order."""
        if event["event"] in ("intent", "not_made"):
            self.events.clear()  # what an earlier order came to is over
        if event["event"] != "not_made":
            self.events[event["event"]] = event


class StateFile:
    """Opened by ``open_state``. Every line is on disk when its call returns."""

    def __init__(self, descriptor: int, path: Path) -> None:
        self._descriptor = descriptor
        self.path = path
        self.entries: dict[str, Entry] = {}
        self.fault: OSError | None = None
        """Why a line after a purchase could not be written."""
        self._one_line = Lock()
        self._read()

    def note_intent(self, image: str, **what: Any) -> None:
        """Raises NotMade: what cannot be written down is not bought."""
        try:
            self._append("intent", image, what)
        except OSError as fault:
            raise unusable(self.path, fault.strerror or type(fault).__name__) from fault

    def note(self, event: str, image: str, **what: Any) -> None:
        """Once it is bought, work goes on though this cannot be written; see ``fault``."""
        try:
            self._append(event, image, what)
        except OSError as fault:
            self.fault = fault

    def _append(self, event: str, image: str, what: Mapping[str, Any]) -> None:
        line = {"event": event, "image": image, **what}
        rest = memoryview(json.dumps(line).encode() + b"\n")
        with self._one_line:
            self.entries.setdefault(image, Entry()).take(line)
            whole = os.fstat(self._descriptor).st_size
            try:
                while rest:
                    rest = rest[os.write(self._descriptor, rest) :]
            except OSError:
                with suppress(OSError):
                    # The next line would end this one, and the file would not be ours any more.
                    os.ftruncate(self._descriptor, whole)
                raise
            os.fsync(self._descriptor)

    def _read(self) -> None:
        lines = self.path.read_bytes().split(b"\n")
        torn = lines.pop()
        for number, line in enumerate(lines, start=1):
            self._take(number, line)
        if torn:
            # Its writer died in it, so that what it announces was not done.
            os.ftruncate(self._descriptor, os.fstat(self._descriptor).st_size - len(torn))

    def _take(self, number: int, line: bytes) -> None:
        try:
            event = json.loads(line)
            self.entries.setdefault(event["image"], Entry()).take(event)
        except (ValueError, TypeError, KeyError):
            raise unusable(self.path, f"line {number} is not one of ours") from None


@contextmanager
def open_state(path: Path) -> Iterator[StateFile]:
    """The file, made where it is missing, and this process's alone. Raises NotMade."""
    try:
        flags = os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC
        descriptor = os.open(path, flags, 0o600)
        sync_folder(path.parent)  # a new name is lost with the power, and all its lines with it
    except OSError as fault:
        raise unusable(path, fault.strerror or type(fault).__name__) from fault
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise wrong_use(UserError("engine.batch_runs", path=str(path))) from None
        yield StateFile(descriptor, path)
    finally:
        os.close(descriptor)


class StateJournal(NoProgress):
    """One image's steps, into the state file."""

    def __init__(self, state: StateFile, image: str, **what: Any) -> None:
        self._state = state
        self._image = image
        self._what = what

    def ordering(self) -> None:
        """Raises NotMade where the intent cannot be written."""
        self._state.note_intent(self._image, **self._what)

    def turned_away(self, trouble: Trouble, pause: float) -> None:
        """Nothing was made, so a killed process leaves nothing unsure here."""
        self._state.note("not_made", self._image)

    def submitted(self, task_id: str) -> None:
        """Polled from now on."""
        self._state.note("task", self._image, task_id=task_id)

    def generated(self, image: GeneratedImage) -> None:
        """Fetched from now on."""
        self._state.note(
            "made",
            self._image,
            url=image.url,
            level=image.content_filter_level,
            request_id=image.request_id,
            created=image.provider_created,
        )

    def saving(self, path: Path, byte_count: int) -> None:
        """A file of this name and length is this image; an empty one is its claim."""
        file = words_of_path(path.absolute())
        self._state.note("saving", self._image, file=file, bytes=byte_count)

    def ended(self, outcome: ImageOutcome) -> None:
        """Done, or told why not."""
        self._state.note("end", self._image, outcome=outcome.kept())


def unusable(path: Path, reason: str) -> NotMade:
    """What a batch ends with that has no state file to rely on."""
    return wrong_use(UserError("engine.state_unusable", path=str(path), reason=reason))
