"""The rows on a terminal, and who may break them."""

from __future__ import annotations

import io

import pytest
from rich.console import Console, Group

from glm_slackbot.cli.imagine_output import JsonLines
from glm_slackbot.cli.imagine_screen import OnTerminal, Row, _bar, _rows, with_room
from glm_slackbot.cli.imagine_table import table_of
from glm_slackbot.cli.imagine_words import one_line
from glm_slackbot.domain.retry import Trouble
from glm_slackbot.engine.not_made import NotMade, Reason
from glm_slackbot.engine.outcome import not_made
from glm_slackbot.engine.run import Item
from glm_slackbot.glm import GeneratedImage


def row() -> Row:
    return Row(_rows(Console(file=io.StringIO())), "a fox")


def test_a_row_says_what_the_image_goes_through() -> None:
    shown, seen = row(), []
    steps = [
        shown.ordering,
        lambda: shown.turned_away(Trouble.OVERLOADED, 30.0),
        lambda: shown.submitted("task"),
        lambda: shown.generating(12.0),
        lambda: shown.generated(GeneratedImage("https://mfile.z.ai/x")),
        lambda: shown.downloading(1_500_000, None),
        lambda: shown.downloading(1_500_000, 3_000_000),
    ]
    for step in steps:
        step()
        seen.append(shown.words.removeprefix("a fox  "))
    assert seen == [
        "ordering",
        "the provider is overloaded, next try in 30 s, waiting 0 s",
        "submitted",
        "generating 12 s",
        "downloading",
        "downloading 1.5 MB",
        "downloading 1.5 of 3.0 MB",
    ]


def test_rows_come_and_go_and_the_bar_counts() -> None:
    told = io.StringIO()
    console = Console(file=told, width=60, force_terminal=True)
    item = Item("a [red]fox[/red]\x1b[2J " + "x" * 100)
    bar, rows = _bar(console), _rows(console)
    screen = OnTerminal([item], JsonLines(on_stdout=False, output=None), bar, rows)
    progress = screen.begins(item)
    progress.generating(3.0)
    console.print(rows)
    assert "a [red]fox[/red]" in told.getvalue()
    assert "\x1b[2J" not in told.getvalue()
    screen.ends(item)
    console.print(bar)
    assert rows.tasks == []
    assert "cost so far 0" in told.getvalue()


def test_the_rows_leave_room_for_what_a_terminal_writes_at_ctrl_c() -> None:
    console = Console(file=io.StringIO(), width=40, force_terminal=True)
    rows = _rows(console)
    Row(rows, "a fox" * 20)
    lines = console.render_lines(with_room(Group(rows), console), pad=False)
    assert max(sum(part.cell_length for part in line) for line in lines) == 38


def test_of_a_long_batch_that_was_stopped_the_last_rows_are_shown(
    capsys: pytest.CaptureFixture[str],
) -> None:
    ended = not_made(NotMade(Reason.POLICY, "1301", "no"))
    items = [Item(f"fox {n}", line=n, outcome=ended if n < 500 else None) for n in range(1000)]
    table_of(items)
    shown = capsys.readouterr().out
    assert ("fox 299 " in shown, "fox 300 " in shown, "fox 500 " in shown) == (False, True, False)
    assert shown.endswith("and 300 that ended before these\n")


def test_words_stay_on_one_line_of_their_width() -> None:
    assert one_line("a\nfox \x07 in\tthe snow") == "a fox in the snow"
    assert one_line("a fox in the snow", 8) == "a fox i…"
