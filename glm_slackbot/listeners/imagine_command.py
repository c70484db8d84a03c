"""The slash command: translate, write the row, answer with a private card."""

from __future__ import annotations

from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck

from glm_slackbot.domain.imagine import size_note, wants_help, wants_usage
from glm_slackbot.domain.job import Origin
from glm_slackbot.listeners.answers import in_words
from glm_slackbot.listeners.payloads import command_origin, command_place
from glm_slackbot.slack.text_undo import undo_slack_text
from glm_slackbot.ui.card import Card
from glm_slackbot.ui.cards import accepted_card, already_card, error_card
from glm_slackbot.ui.destination import Conversation
from glm_slackbot.ui.help import help_card
from glm_slackbot.ui.usage import usage_card
from glm_slackbot.workflow.converse import help_params
from glm_slackbot.workflow.over_budget import is_over_budget
from glm_slackbot.workflow.reader import reader_locale
from glm_slackbot.workflow.services import Services
from glm_slackbot.workflow.submit import Submitted, submit_words
from glm_slackbot.workflow.usage_report import usage_report


def register(app: AsyncApp, services: Services, command: str) -> None:
    """Listen to the command."""

    async def imagine_command(body: dict[str, Any], ack: AsyncAck) -> None:
        origin = command_origin(body)
        words = undo_slack_text(body.get("text") or "")
        answering = answer(services, origin, words, command_place(body))
        card = await in_words(services, origin, words, answering)
        await ack(response_type="ephemeral", **card.as_arguments())

    app.command(command)(imagine_command)


async def answer(services: Services, origin: Origin, words: str, read_in: Conversation) -> Card:
    """Help, or a job that is written down."""
    if wants_help(words):
        return await help_for(services, origin, await reader_locale(services, origin, words))
    if wants_usage(words):
        return await usage_for(services, origin, await reader_locale(services, origin, words))
    return submitted_card(await submit_words(services, words, origin), read_in)


async def help_for(services: Services, origin: Origin, locale: str) -> Card:
    """The help card with this bot's command, model and limits."""
    return help_card(locale, **await help_params(services, origin))


async def usage_for(services: Services, origin: Origin, locale: str) -> Card:
    """What the asker used, and may."""
    report = await usage_report(services, origin)
    return usage_card(report.used, report.rules.limits, report.last_jobs, locale)


def submitted_card(submitted: Submitted, read_in: Conversation, locale: str | None = None) -> Card:
    """What the asker is shown of a request that is written down."""
    job = submitted.job
    locale = locale or job.locale
    if submitted.ahead is None:  # a copy: it is answered as the first one was
        over_budget = job.error if is_over_budget(job) else None
        return error_card(over_budget, locale) if over_budget else already_card(job, locale)
    return accepted_card(
        job,
        ahead=submitted.ahead,
        locale=locale,
        read_in=read_in,
        note_text_id=size_note(job.request),
    )
