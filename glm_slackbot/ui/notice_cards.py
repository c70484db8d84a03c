"""What admins are told without having asked."""

from __future__ import annotations

from glm_slackbot.ui.blocks import context, section
from glm_slackbot.ui.budget_cards import question_card
from glm_slackbot.ui.card import Card
from glm_slackbot.ui.words import error_words, joined, say
from glm_slackbot.workflow.ports import AccountNotice, AdminNotice, BudgetQuestion


def admin_card(notice: AdminNotice, locale: str) -> Card:
    """A notice, or a question that an admin can answer by a button."""
    if isinstance(notice, BudgetQuestion):
        return question_card(notice.job, locale)
    if isinstance(notice, AccountNotice):
        head = say("notice.account", locale)
        why = error_words(notice.error, locale)
        words = joined(locale, head, why)
        return Card(words, (section(words), context([say("notice.account_once", locale)])))
    head = say(
        notice.text_id,
        locale,
        spent_micros=notice.spent_micros,
        budget_micros=notice.budget_micros,
        currency=notice.currency,
        month=notice.month,
        asked_micros=notice.asked_micros,
    )
    return Card(head, (section(head), context([say("notice.where", locale)])))
