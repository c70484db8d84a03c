"""A request over budget, in words and buttons: the admins are asked, and one may allow it."""

from __future__ import annotations

from glm_slackbot.domain.errors import BotError
from glm_slackbot.domain.job import Job
from glm_slackbot.domain.quota import BUDGET_REACHED
from glm_slackbot.texts import text
from glm_slackbot.ui import actions
from glm_slackbot.ui.blocks import Element, button, context, section
from glm_slackbot.ui.blocks import actions as row
from glm_slackbot.ui.card import Block, Card
from glm_slackbot.ui.details import detail_lines, no_prompt_words, prompt_quote, prompt_start
from glm_slackbot.ui.words import Markup, error_words, escape, joined, person, say


def ask_admins(error: BotError, locale: str) -> list[Element]:
    """The button that asks, where the budget is what stands in the way."""
    job_id = error.params.get("job")
    if error.text_id != BUDGET_REACHED or job_id is None:
        return []
    return [button(text("budget.ask_admins", locale), actions.ASK_ADMINS, str(job_id))]


def asked_card(job: Job, locale: str, *, is_new: bool) -> Card:
    """To the asker: the admins are asked, or were before."""
    return _about(job, say("budget.asked" if is_new else "budget.asked_before", locale), locale)


def no_admins_card(locale: str) -> Card:
    """To the asker: nobody is known who could be asked."""
    head = say("budget.no_admins", locale)
    return Card(head, (section(head),))


def question_card(job: Job, locale: str) -> Card:
    """To an admin: who asks for what, and what it costs."""
    head = say("budget.question", locale, who=person(job.origin.user_id))
    numbers = job.error.params if job.error is not None else {}
    money = say("budget.numbers", locale, **{"currency": "", **_NO_NUMBERS, **numbers})
    buttons = row(
        button(text("budget.allow", locale), actions.ALLOW_BUDGET, job.id, style="primary"),
        open_settings(job.origin.workspace_id, locale),
    )
    blocks = (
        section(head),
        *_prompt(job, locale),
        context([*detail_lines(job.request, locale), money]),
        buttons,
        context([say("budget.allow_once", locale)]),
    )
    return Card(Markup(f"{head}\n{escape(prompt_start(job, locale))}"), blocks)


def open_settings(workspace_id: str, locale: str) -> Element:
    """The button that opens a workspace's settings at the budget."""
    return button(text("budget.open_settings", locale), actions.SETTINGS_AT_BUDGET, workspace_id)


def allowed_card(job: Job, locale: str, *, is_new: bool) -> Card:
    """To the admin who allowed it, or after whom it was made already."""
    head = say("budget.allowed" if is_new else "budget.allowed_before", locale)
    return _about(job, head, locale)


def still_refused_card(job: Job, error: BotError, locale: str) -> Card:
    """To the admin: the budget is no longer in the way, and something else is."""
    head = joined(locale, say("budget.still_refused", locale), error_words(error, locale))
    return _about(job, head, locale)


def granted_card(job: Job, admin_id: str, locale: str) -> Card:
    """To the asker: an admin allowed it."""
    return _about(job, say("budget.granted", locale, who=person(admin_id)), locale)


_NO_NUMBERS = {"asked_micros": 0, "spent_micros": 0, "budget_micros": 0}


def _prompt(job: Job, locale: str) -> tuple[Block, ...]:
    return prompt_quote(job) or (context([no_prompt_words(job, locale)]),)


def _about(job: Job, head: Markup, locale: str) -> Card:
    blocks = (section(head), *_prompt(job, locale))
    return Card(Markup(f"{head}\n{escape(prompt_start(job, locale))}"), blocks)
