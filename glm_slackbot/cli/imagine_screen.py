"""What is seen while images are made: rows of progress on a terminal, nothing elsewhere."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from rich.console import Console, Group
from rich.constrain import Constrain
from rich.live import Live
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    ProgressColumn,
    SpinnerColumn,
    Task,
    TextColumn,
)
from rich.progress import Progress as Rows
from rich.table import Column
from rich.text import Text

from glm_slackbot.cli.imagine_output import JsonLines, stdout_is_read
from glm_slackbot.cli.imagine_words import cost_of, one_line
from glm_slackbot.domain.retry import Trouble
from glm_slackbot.engine.progress import NoProgress, Progress
from glm_slackbot.engine.run import Item
from glm_slackbot.glm.answers import GeneratedImage

_PROMPT_WIDTH = 40
_TROUBLE_WORDS = {
    Trouble.BUSY: "the provider is busy",
    Trouble.OVERLOADED: "the provider is overloaded",
    Trouble.UNREACHABLE: "the provider cannot be reached",
}


@contextmanager
def open_screen(items: Sequence[Item], lines: JsonLines, *, is_batch: bool) -> Iterator[Shown]:
    """For the length of the block; standard output is left alone."""
    console = Console(stderr=True, highlight=False, markup=False, emoji=False)
    if not console.is_terminal:
        yield Shown(items, lines)
        return
    bar, rows = _bar(console), _rows(console)
    shown = Group(bar, rows) if is_batch else Group(rows)
    with Live(with_room(shown, console), console=console, transient=True, refresh_per_second=8):
        yield OnTerminal(items, lines, bar, rows)


def with_room(shown: Group, console: Console) -> Constrain:
    """So narrow that the ``^C`` which a terminal writes behind it begins no line of its own."""
    return Constrain(shown, console.width - len("^C"))


class Shown:
    """Only the JSON lines, as images end."""

    def __init__(self, items: Sequence[Item], lines: JsonLines) -> None:
        self._items = items
        self._lines = lines

    def begins(self, item: Item) -> Progress:
        """Nothing to be seen."""
        return NoProgress()

    def ends(self, item: Item) -> None:
        """Told as soon as all before it have been."""
        self._lines.tell_first(self._items)

    def is_heard(self) -> bool:
        """Whether what comes next could still be told on standard output."""
        return self._lines.fault is None and stdout_is_read()


class OnTerminal(Shown):
    """A row an image while it is made, and in a batch a bar with the cost so far."""

    def __init__(self, items: Sequence[Item], lines: JsonLines, bar: Rows, rows: Rows) -> None:
        super().__init__(items, lines)
        self._bar = bar
        self._rows = rows
        self._row_of: dict[int, Row] = {}
        self._all = bar.add_task("", total=len(items))
        self._count()

    def begins(self, item: Item) -> Progress:
        """A row of its own."""
        row = Row(self._rows, one_line(item.prompt, _PROMPT_WIDTH))
        self._row_of[id(item)] = row
        return row

    def ends(self, item: Item) -> None:
        """The row goes, the bar grows."""
        if row := self._row_of.pop(id(item), None):
            row.remove()
        self._count()
        super().ends(item)

    def _count(self) -> None:
        ended = [item.outcome for item in self._items if item.outcome is not None]
        words = f"cost so far {cost_of(ended)}"
        self._bar.update(self._all, completed=len(ended), description=words)


class Row:
    """One image's progress."""

    def __init__(self, rows: Rows, prompt: str) -> None:
        self._rows = rows
        self._prompt = prompt
        self._words = "ordering"
        self._since: float | None = None
        self._task = rows.add_task("", total=None, row=self)

    @property
    def words(self) -> str:
        """As it is shown now."""
        if self._since is None:
            return f"{self._prompt}  {self._words}"
        return f"{self._prompt}  {self._words} {time.monotonic() - self._since:.0f} s"

    def remove(self) -> None:
        """It has ended."""
        self._rows.remove_task(self._task)

    def ordering(self) -> None:
        """The order goes out."""
        self._words, self._since = "ordering", None

    def turned_away(self, trouble: Trouble, pause: float) -> None:
        """Waited for, up to the next try."""
        why = _TROUBLE_WORDS.get(trouble, trouble.value)
        self._words, self._since = f"{why}, next try in {pause:.0f} s, waiting", time.monotonic()

    def submitted(self, task_id: str) -> None:
        """The provider has it."""
        self._words, self._since = "submitted", None

    def generating(self, seconds: float) -> None:
        """The row counts on by itself."""
        self._words, self._since = "generating", time.monotonic() - seconds

    def generated(self, image: GeneratedImage) -> None:
        """Its bytes come next."""
        self._words, self._since = "downloading", None

    def downloading(self, done: int, total: int | None) -> None:
        """How many bytes."""
        of = f" of {total / 1e6:.1f}" if total else ""
        self._words, self._since = f"downloading {done / 1e6:.1f}{of} MB", None

    def saving(self, path: object, byte_count: int) -> None:
        """In an instant."""


class _Words(ProgressColumn):
    """What the row says by now, cut where the terminal ends."""

    def render(self, task: Task) -> Text:
        return Text(task.fields["row"].words, overflow="ellipsis", no_wrap=True)


def _bar(console: Console) -> Rows:
    return Rows(
        BarColumn(bar_width=20),
        MofNCompleteColumn(),
        TextColumn("{task.description}", markup=False),
        console=console,
    )


def _rows(console: Console) -> Rows:
    words = _Words(table_column=Column(ratio=1))
    return Rows(SpinnerColumn(), words, console=console, expand=True)
