"""What a month's requests without an image ended by, as few kinds as an admin can act on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from glm_slackbot.texts import text
from glm_slackbot.ui.words import Markup, say

_KINDS: Mapping[str, str] = {
    "glm.policy": "failure.policy",
    "glm.withheld": "failure.policy",
    "glm.api_key_refused": "failure.account",
    "glm.two_factor": "failure.account",
    "glm.account": "failure.account",
    "glm.balance": "failure.account",
    "glm.permission": "failure.account",
    "glm.plan": "failure.account",
    "glm.fair_use": "failure.account",
    "glm.parameter": "failure.request",
    "glm.prompt_too_long": "failure.request",
    "glm.model_missing": "failure.request",
    "setup.no_api_key": "failure.account",
    "setup.api_key_unreadable": "failure.account",
    "setup.budget_currency": "failure.budget",
    "glm": "failure.provider",
    "imagine": "failure.request",
    "quota": "failure.budget",
    "setup": "failure.setup",
    "slack": "failure.slack",
    "talk": "failure.request",
    "unsure": "failure.unsure",
    "who": "failure.who",
}


def failure_lines(found: Iterable[tuple[str, int]], locale: str) -> list[Markup]:
    """A line a kind, the most frequent first."""
    counts: Counter[str] = Counter()
    for text_id, count in found:
        counts[kind_of(text_id)] += count
    return [
        say("home.failure", locale, kind=text(kind, locale), count=count)
        for kind, count in counts.most_common()
    ]


def kind_of(text_id: str) -> str:
    """The kind of an error; by its subject where it has none of its own."""
    return _KINDS.get(text_id) or _KINDS.get(text_id.split(".")[0]) or "failure.other"
