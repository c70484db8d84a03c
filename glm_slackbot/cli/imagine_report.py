"""What ``imagine`` tells people when it is over."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import click

from glm_slackbot.cli.imagine_output import leave_stdout
from glm_slackbot.cli.imagine_words import cost_of, one_line
from glm_slackbot.domain.imagine import size_note
from glm_slackbot.engine.not_made import NotMade, Reason
from glm_slackbot.engine.outcome import ImageOutcome
from glm_slackbot.engine.run import Item
from glm_slackbot.engine.state_file import StateFile
from glm_slackbot.texts import text

_EXPIRES = "The link expires after some days."


class Report:
    """Results to standard output, unless JSON is there; what went wrong to standard error."""

    def __init__(self, *, silent: bool, is_batch: bool) -> None:
        self._silent = silent
        self._is_batch = is_batch
        self._state: StateFile | None = None
        self.has_begun = False
        """Whether anything may have been ordered."""
        self.fault: OSError | None = None
        """Why standard output has not all of it."""
        if not silent and isinstance(sys.stdout, io.TextIOWrapper):
            sys.stdout.reconfigure(errors="replace")

    def mistake(self, ended: NotMade) -> None:
        """Why nothing was begun."""
        _complain(f"{ended.code}: {ended.words}")

    def not_written(self, fault: OSError) -> None:
        """The results are not whole."""
        is_left = isinstance(fault, BrokenPipeError)
        reason = "nobody reads it any more" if is_left else fault.strerror or fault
        _complain(f"the output is not whole: {reason}")

    def not_ordered(self, count: int) -> None:
        """So many were left alone when they could not have been told or kept."""
        _complain(f"{count} not ordered, because what comes of it cannot be written")

    def not_led_to(self, state: Path, prompts: Path) -> None:
        """Another run would not find the state file by the prompts alone."""
        _note(
            f"No link to {state} could be made beside {prompts}: a run with another --output or "
            "--save would not find it, and order everything anew"
        )

    def resumes(self, state: StateFile, items: Sequence[Item], forgotten: int) -> None:
        """What an earlier run has left."""
        self._state = state
        done = sum(1 for item in items if item.outcome is not None and item.outcome.ok)
        begun = sum(1 for item in items if item.begun is not None)
        if done or begun:
            _note(f"{state.path}: {done} done before, {begun} to go on with")
        if forgotten:
            _note(f"{state.path}: {forgotten} known that no line asks for any more, left alone")

    def tell(self, items: Sequence[Item], *, stopped: bool) -> None:
        """All of it, once. ``stopped``: before its end."""
        if self._is_batch:
            self._tell_batch(items, stopped=stopped)
            return
        for item in items:
            if item.outcome is not None:
                self._tell_image(item, item.outcome)

    def _tell_image(self, item: Item, outcome: ImageOutcome) -> None:
        if not outcome.ok:
            _complain(_error_line(outcome))
            if url := outcome.fields["image_url"]:
                self._say(_link(url))
            return
        fields = outcome.fields
        self._say(f"Image:  {one_line(item.prompt, 200)}")
        self._say(_link(fields["image_url"]))
        self._say(f"Size:   {fields['size']}")
        self._say(f"Model:  {fields['model']}, quality {fields['quality']}")
        self._say(f"Cost:   {cost_of([outcome])} by the price list")
        self._say(f"Saved:  {one_line(fields['saved_file'] or 'no')}")
        for note in _notes(item, outcome):
            self._say(f"Note:   {note}")

    def _tell_batch(self, items: Sequence[Item], *, stopped: bool) -> None:
        from glm_slackbot.cli.imagine_table import table_of

        ended = [item.outcome for item in items if item.outcome is not None]
        done = sum(1 for outcome in ended if outcome.ok)
        if not self._silent:
            with self._to_stdout():
                table_of(items)
            self._say(f"{done} of {len(items)} done, {cost_of(ended)} by the price list")
        for item in items:
            if item.outcome is not None and not item.outcome.ok:
                _complain(f"line {item.line}: {_error_line(item.outcome)}")
        if self._state is not None and self._state.fault is not None:
            reason = self._state.fault.strerror
            _complain(f"{self._state.path} is not whole ({reason}): do not run it again as it is")
        elif stopped:
            _note("Run the same again to go on.")

    def _say(self, words: str) -> None:
        if not self._silent:
            with self._to_stdout():
                click.echo(words)

    @contextmanager
    def _to_stdout(self) -> Iterator[None]:
        try:
            yield
        except OSError as fault:
            self.fault = fault
            leave_stdout()


def _link(url: str) -> str:
    return f"Link:   {one_line(url)}\n        {_EXPIRES}"


def _error_line(outcome: ImageOutcome) -> str:
    code = outcome.fields["error"]["code"]
    return f"{one_line(code)}, {_charged(outcome)}: {one_line(outcome.words)}"


def _charged(outcome: ImageOutcome) -> str:
    if outcome.reason is Reason.DOWNLOAD:
        return "charged"
    return "may be charged" if outcome.may_have_billed else "not charged"


def _notes(item: Item, outcome: ImageOutcome) -> list[str]:
    notes = []
    if item.request is not None and (note := size_note(item.request)):
        notes.append(text(note, "en"))
    if outcome.fields["content_filter"] == 2:
        notes.append(text("result.sensitive", "en"))
    return notes


def _complain(words: str) -> None:
    click.echo(f"glm-slackbot: {words}", err=True)


def _note(words: str) -> None:
    click.echo(words, err=True)
