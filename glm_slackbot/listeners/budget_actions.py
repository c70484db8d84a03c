"""The buttons of a request over budget: Ask the admins, and Allow this request.

Both ask Slack who the admins are before they write: the press is answered first.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import structlog
from slack_bolt.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck

from glm_slackbot.domain.errors import BotError
from glm_slackbot.domain.job import Job, Origin
from glm_slackbot.listeners.answers import in_words, job_of, respond
from glm_slackbot.listeners.payloads import Press, press_of
from glm_slackbot.storage.audit import Act
from glm_slackbot.ui import actions
from glm_slackbot.ui.budget_cards import (
    allowed_card,
    asked_card,
    granted_card,
    no_admins_card,
    still_refused_card,
)
from glm_slackbot.ui.card import Card
from glm_slackbot.ui.cards import already_card, gone_card, not_yours_card
from glm_slackbot.workflow.admin import audit_entry, need_admin
from glm_slackbot.workflow.allowing import NobodyToAsk, allow, ask_admins
from glm_slackbot.workflow.over_budget import is_over_budget, latest_of
from glm_slackbot.workflow.reader import ask_who_reads, reader_locale
from glm_slackbot.workflow.services import Services

log = structlog.get_logger(__name__)

WITHIN = 60.0
"""Seconds: Slack has had its answer already."""
Answer = Callable[[Services, Press], Awaitable[Card]]


def register(app: AsyncApp, services: Services) -> None:
    """Listen to both buttons."""
    app.action(actions.ASK_ADMINS)(_pressed(services, asked, in_thread=True))
    app.action(actions.ALLOW_BUDGET)(_pressed(services, allowed))


def _pressed(services: Services, answer: Answer, **options: bool) -> Callable[..., Awaitable[None]]:
    async def pressed(body: dict[str, Any], ack: AsyncAck) -> None:
        press = press_of(body)
        await ack()
        card = await in_words(services, press.origin(), "", answer(services, press), within=WITHIN)
        await respond(services, press, card, **options)

    return pressed


async def asked(services: Services, press: Press) -> Card:
    """The one who asked has the admins asked."""
    job = await job_of(services, press, actions.ASK_ADMINS)
    locale = await _locale(services, press)
    if job is not None and job.origin.user_id != press.user_id:
        await _note_forged(services, job, press, actions.ASK_ADMINS)
        return not_yours_card(locale)
    if job is None or not is_over_budget(job):
        return gone_card(locale)
    job = await latest_of(services, job)
    if not is_over_budget(job):
        return already_card(job, locale)
    try:
        return asked_card(job, locale, is_new=await ask_admins(services, job))
    except NobodyToAsk:
        return no_admins_card(locale)


async def allowed(services: Services, press: Press) -> Card:
    """An admin allows the request; the attempt of anybody else is written down."""
    job = await job_of(services, press, actions.ALLOW_BUDGET)
    locale = await _locale(services, press)
    if job is None:
        return gone_card(locale)
    admin = _in_workspace_of(job, press)
    await need_admin(services, admin, actions.ALLOW_BUDGET, job=job.id)
    if not is_over_budget(job):
        return gone_card(locale)
    job = await latest_of(services, job)
    if not is_over_budget(job):
        return allowed_card(job, locale, is_new=False)
    try:
        submitted = await allow(services, job, admin)
    except BotError as error:
        return still_refused_card(job, error, locale)
    is_new = submitted.ahead is not None
    if is_new:
        await _tell_asker(services, submitted.job, admin)
    return allowed_card(job, locale, is_new=is_new)


async def _locale(services: Services, press: Press) -> str:
    """Slack is asked about whoever presses in any case: it tells their language as well."""
    person = await ask_who_reads(services, press.origin())
    return person.locale or await reader_locale(services, press.origin(), "")


async def _tell_asker(services: Services, job: Job, admin: Origin) -> None:
    """Should Slack not take it, the image tells."""
    card = granted_card(job, admin.user_id, job.locale)
    try:
        await services.delivery.send_directly(job.origin, card.as_arguments())
    except BotError as error:
        log.info("the asker was not told of the admin's yes", job=job.id, reason=str(error))


async def _note_forged(services: Services, job: Job, press: Press, wanted: str) -> None:
    origin = _in_workspace_of(job, press)
    await services.audit.add(audit_entry(services, origin, Act.FORGED, wanted=wanted, job=job.id))


def _in_workspace_of(job: Job, press: Press) -> Origin:
    return replace(press.origin(), is_org_wide=job.origin.is_org_wide)
