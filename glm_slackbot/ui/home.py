"""The Home tab: for everybody their images and usage; for admins the workspace's month."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from glm_slackbot.domain.workspace import Budget
from glm_slackbot.storage.audit import Attempts, AuditEntry
from glm_slackbot.storage.usage import DIRECT_MESSAGES, Spent
from glm_slackbot.texts import text
from glm_slackbot.ui import actions
from glm_slackbot.ui.blocks import actions as row
from glm_slackbot.ui.blocks import button, context, section
from glm_slackbot.ui.card import Block, Card
from glm_slackbot.ui.changes import change_words
from glm_slackbot.ui.failure_kinds import failure_lines
from glm_slackbot.ui.help import help_blocks
from glm_slackbot.ui.usage import costs, image_blocks, usage_lines
from glm_slackbot.ui.words import Markup, channel, money, person, say
from glm_slackbot.workflow.usage_report import MonthOfWorkspace, UsageReport

MOST_BLOCKS = 100


@dataclass(frozen=True, slots=True)
class AdminReport:
    """What admins see beside their own: the month, and who changed what last."""

    of_month: MonthOfWorkspace
    budget: Budget | None
    controls: Sequence[Block] = ()
    """State of the API key, and the buttons for it and for the settings."""


def home_view(
    report: UsageReport,
    admin: AdminReport | None,
    locale: str,
    *,
    notes: Iterable[Markup] = (),
) -> dict[str, Any]:
    """The Home tab, as ``views.publish`` takes it; ``notes`` are what its reader must know."""
    limits = report.rules.limits
    lines = usage_lines(report.used, limits, locale)
    where = [context([say("home.again_where", locale)])] if report.last_jobs else []
    blocks = [
        *(section(note) for note in notes),
        _titled("usage.title", lines, locale),
        row(button(text("action.show_help", locale), actions.SHOW_HELP, "help")),
        *image_blocks(report.last_jobs, locale),
        *where,
        *(_admin_blocks(admin, locale) if admin else ()),
        context([say("home.notice", locale)]),
    ]
    return {"type": "home", "blocks": blocks[:MOST_BLOCKS]}


def card_home(card: Card) -> dict[str, Any]:
    """A card in the place of what cannot be shown."""
    return {"type": "home", "blocks": list(card.blocks)}


def help_modal(locale: str, **help_params: Any) -> dict[str, Any]:
    """How to make an image, over the Home tab."""
    return {
        "type": "modal",
        "title": {"type": "plain_text", "text": text("home.help_title", locale)},
        "close": {"type": "plain_text", "text": text("action.close", locale)},
        "blocks": list(help_blocks(locale, **help_params)),
    }


def _admin_blocks(admin: AdminReport, locale: str) -> list[Block]:
    month = admin.of_month.month
    shown = (
        ("home.by_person", _spenders(month.by_person, person, locale)),
        ("home.by_channel", _spenders(month.by_channel, _place_in(locale), locale)),
        ("home.by_day", _days(admin, locale)),
        ("home.failures", failure_lines(month.failures, locale)),
    )
    return [
        {"type": "divider"},
        *admin.controls,
        {"type": "divider"},
        _titled("home.month", _month_lines(admin, locale), locale),
        *(_titled(text_id, lines, locale) for text_id, lines in shown if lines),
        *_changes(admin.of_month.changes, locale),
        *_attempts(admin.of_month.attempts, locale),
    ]


def _attempts(attempts: Attempts, locale: str) -> list[Block]:
    """Apart from the changes: whoever tries often must not push those off the list."""
    if attempts.last is None:
        return []
    last = attempts.last
    told = say(
        "home.attempts", locale, count=attempts.count, who=person(last.user_id), last_at=last.at
    )
    return [context([told])]


def _month_lines(admin: AdminReport, locale: str) -> list[Markup]:
    month, budget = admin.of_month.month, admin.budget
    lines = [
        say("home.total", locale, count=month.total.count, costs=costs(month.total, locale)),
        say("home.queue", locale, queued=month.queued, running=month.running),
    ]
    if budget is not None:
        spent = money(month.total.micros.get(budget.currency, 0), budget.currency)
        amount = money(budget.micros, budget.currency)
        lines.insert(1, say("home.budget", locale, spent=spent, budget=amount))
    return lines


def _spenders(
    found: Sequence[tuple[str, Spent]], shown: Callable[[str], Markup], locale: str
) -> list[Markup]:
    return [
        say("home.spender", locale, who=shown(id_), count=spent.count, costs=costs(spent, locale))
        for id_, spent in found
    ]


def _place_in(locale: str) -> Callable[[str], Markup]:
    def place(channel_id: str) -> Markup:
        if channel_id == DIRECT_MESSAGES:
            return say("home.direct_messages", locale)
        return channel(channel_id)

    return place


def _days(admin: AdminReport, locale: str) -> list[Markup]:
    start = datetime.fromtimestamp(admin.of_month.begins, UTC)
    return [
        say(
            "home.spender",
            locale,
            who=f"{start.year}-{start.month:02}-{day:02}",
            count=spent.count,
            costs=costs(spent, locale),
        )
        for day, spent in admin.of_month.month.by_day.items()
    ]


def _changes(entries: Sequence[AuditEntry], locale: str) -> list[Block]:
    """A block each: one entry may tell of every setting."""
    if not entries:
        return []
    title = section(Markup(f"*{say('home.changes', locale)}*"))
    return [title, *(context([change_words(entry, locale)]) for entry in entries)]


def _titled(text_id: str, lines: Sequence[Markup], locale: str) -> Block:
    return section(Markup("\n".join([f"*{say(text_id, locale)}*", *(f"• {x}" for x in lines)])))
