"""What a check found, as one line."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """The first word of the line."""

    FINE = "ok"
    FAILED = "FAIL"
    UNKNOWN = "--"
    """Could not be checked, or is as it may be before the first start: no failure."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One line: what was looked at, how it is, and for a failure what mends it."""

    name: str
    verdict: Verdict
    words: str
    mend: str = ""

    def __str__(self) -> str:
        mend = f"  → mend: {self.mend}" if self.mend else ""
        line = f"{self.verdict:<4} {self.name:<9} {self.words}{mend}"
        # Some of the words come from elsewhere, and a terminal obeys control characters.
        return "".join(letter if letter.isprintable() else " " for letter in line)


def fine(name: str, words: str) -> Finding:
    """All is well."""
    return Finding(name, Verdict.FINE, words)


def failed(name: str, words: str, mend: str) -> Finding:
    """Something is wrong, and this mends it."""
    return Finding(name, Verdict.FAILED, words, mend)


def unknown(name: str, words: str) -> Finding:
    """Nothing can be said, and why."""
    return Finding(name, Verdict.UNKNOWN, words)


def any_failed(findings: Iterable[Finding]) -> bool:
    """Whether the doctor's exit code is 1."""
    return any(finding.verdict is Verdict.FAILED for finding in findings)
