"""YAML as a person would write it, for the few shapes that a manifest has."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

Node = str | bool | Sequence[str] | Sequence["Tree"] | Mapping[str, "Node"]
Tree = Mapping[str, Node]

_PLAIN: Final = re.compile(r"[A-Za-z][A-Za-z0-9_.:/-]*[A-Za-z0-9]( [A-Za-z0-9][A-Za-z0-9-]*)*")
_WORDS_OF_YAML: Final = frozenset({"true", "false", "yes", "no", "on", "off", "null"})


def yaml_text(tree: Tree) -> str:
    """The tree as YAML, ending with a newline. Text with line breaks becomes a block."""
    return "\n".join(_lines_of(tree)) + "\n"


def _lines_of(tree: Tree) -> Iterator[str]:
    for name, node in tree.items():
        yield from _entry(name, node)


def _entry(name: str, node: Node) -> Iterator[str]:
    if isinstance(node, bool):
        yield f"{name}: {'true' if node else 'false'}"
    elif isinstance(node, str) and "\n" in node:
        yield f"{name}: |-"
        yield from _indented(node.split("\n"))
    elif isinstance(node, str):
        yield f"{name}: {_scalar(node)}"
    elif isinstance(node, Mapping):
        yield f"{name}:"
        yield from _indented(_lines_of(node))
    else:
        yield f"{name}:"
        for item in node:
            yield from _indented(_item(item))


def _item(item: str | Tree) -> Iterator[str]:
    lines = iter([_scalar(item)] if isinstance(item, str) else _lines_of(item))
    yield f"- {next(lines)}"
    yield from _indented(lines)


def _indented(lines: Iterator[str] | Sequence[str]) -> Iterator[str]:
    return (f"  {line}" if line else "" for line in lines)


def _scalar(words: str) -> str:
    """Bare where no reader can take it for something else; else quoted as JSON, which is YAML."""
    if _PLAIN.fullmatch(words) and words.lower() not in _WORDS_OF_YAML:
        return words
    return json.dumps(words, ensure_ascii=False)
