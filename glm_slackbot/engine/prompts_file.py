"""A file of prompts: one line a prompt, flags and all; not blank lines, not ``#`` comments."""

from __future__ import annotations

from pathlib import Path

from glm_slackbot.domain.errors import UserError
from glm_slackbot.engine.not_made import wrong_use


def read_prompts(path: Path) -> list[tuple[int, str]]:
    """Each prompt and the number of its line. Raises NotMade."""
    try:
        lines = path.read_bytes().removeprefix(b"\xef\xbb\xbf").splitlines()
    except OSError as fault:
        reason = fault.strerror or type(fault).__name__
        raise wrong_use(UserError("engine.unreadable", path=str(path), reason=reason)) from None
    decoded = [(number, _decoded(line, number, path)) for number, line in enumerate(lines, 1)]
    prompts = [(number, line) for number, line in decoded if line and not line.startswith("#")]
    if not prompts:
        raise wrong_use(UserError("engine.no_lines", path=str(path)))
    return prompts


def _decoded(line: bytes, number: int, path: Path) -> str:
    try:
        return line.decode("utf-8").strip()
    except UnicodeDecodeError:
        raise wrong_use(UserError("engine.not_utf8_line", line=number, path=str(path))) from None
