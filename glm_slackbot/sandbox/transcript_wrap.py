"""Breaking lines where a reader of either language expects it."""

from __future__ import annotations

from collections.abc import Iterator

from rich.cells import get_character_cell_size
from rich.text import Text

_NOT_FIRST = frozenset("。，、；：！？”’）」』》,.;:!?)…")
_NOT_LAST = frozenset("“‘（「『《(")


def wrapped(line: Text, columns: int) -> list[Text]:
    """The line as rows of at most so many columns; never none."""
    rows = list(line.divide(_breaks(line.plain, columns)))
    for row in rows:
        row.rstrip()
    return rows


def _breaks(words: str, columns: int) -> Iterator[int]:
    """Where rows end: behind white space, beside a wide character, else in a word's middle."""
    start = possible = width = 0
    for here, character in enumerate(words):
        if here > start and _may_break(words[here - 1], character):
            possible = here
        width += get_character_cell_size(character)
        if width > columns and here > start and not character.isspace():
            start = possible if possible > start else here
            width = sum(map(get_character_cell_size, words[start : here + 1]))
            yield start


def _may_break(before: str, behind: str) -> bool:
    if behind.isspace() or behind in _NOT_FIRST or before in _NOT_LAST:
        return False
    wide = 2 in (get_character_cell_size(before), get_character_cell_size(behind))
    return wide or before.isspace()
