"""Words of ``imagine`` on one line, whatever somebody wrote into them."""

from __future__ import annotations

from collections.abc import Iterable

from glm_slackbot.engine.outcome import ImageOutcome, money


def one_line(words: str, width: int | None = None) -> str:
    """Without line breaks and without what would steer a terminal."""
    shown = " ".join("".join(c if c.isprintable() else " " for c in words).split())
    return shown if width is None or len(shown) <= width else f"{shown[: width - 1]}…"


def cost_of(outcomes: Iterable[ImageOutcome]) -> str:
    """By the price list, for each currency; what only may be charged counts."""
    sums: dict[str, int] = {}
    for outcome in outcomes:
        if cost := outcome.fields["cost"]:
            currency = cost["currency"]
            sums[currency] = sums.get(currency, 0) + outcome.cost_micros
    return " + ".join(money(micros, currency) for currency, micros in sums.items()) or "0"
