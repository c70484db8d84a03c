"""The table at the end of a batch."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from glm_slackbot.cli.imagine_words import cost_of, one_line
from glm_slackbot.engine.run import Item

_PIPE_WIDTH = 120
_ROWS_WHEN_STOPPED = 200


def table_of(items: Sequence[Item]) -> None:
    """Print a row an image, and of those that are left alone how many."""
    console = Console(highlight=False, markup=False, emoji=False)
    if not console.is_terminal:
        console.width = _PIPE_WIDTH
    table = Table("Line", "Prompt", "Result", "Size", "Cost", "File", pad_edge=False)
    ended = [item for item in items if item.outcome is not None]
    is_stopped = len(ended) < len(items)
    # Ctrl-C ends within a second: thousands of rows are not drawn in it.
    for item in ended[-_ROWS_WHEN_STOPPED:] if is_stopped else ended:
        table.add_row(*(Text(cell, overflow="fold") for cell in _row(item)))
    console.print(table)
    if hidden := len(ended) - table.row_count:
        console.print(f"and {hidden} that ended before these")


def _row(item: Item) -> list[str]:
    line, prompt = str(item.line), one_line(item.prompt, 60)
    outcome = item.outcome
    assert outcome is not None
    result = "done" if outcome.ok else one_line(outcome.fields["error"]["code"])
    fields = outcome.fields
    cost = cost_of([outcome]) if fields["cost"] else ""
    return [line, prompt, result, fields["size"] or "", cost, one_line(fields["saved_file"] or "")]
