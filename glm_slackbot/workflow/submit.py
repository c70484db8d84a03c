"""Accepting a request: quota checked and rows written in one transaction, then the answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from glm_slackbot.domain.errors import UserError
from glm_slackbot.domain.flag_values import check_count
from glm_slackbot.domain.image_models import check_provider_has, model_named, price_micros
from glm_slackbot.domain.imagine import (
    ImageRequest,
    check_prompt,
    parse_imagine,
    with_inherited_prompt,
)
from glm_slackbot.domain.job import Draft, Job, JobStatus, Origin
from glm_slackbot.glm.client import ApiKey
from glm_slackbot.storage.audit import AuditEntry
from glm_slackbot.storage.entries import Duplicate, NewDraft, NewJob
from glm_slackbot.storage.limits import Wish
from glm_slackbot.workflow.api_keys import api_key_id
from glm_slackbot.workflow.reader import locale_in, reader_locale
from glm_slackbot.workflow.rules import Rules, rules_for
from glm_slackbot.workflow.services import Services


@dataclass(frozen=True, slots=True)
class Submitted:
    """A job that is written down. ``ahead`` is None for a copy of an earlier request."""

    job: Job
    ahead: int | None


async def submit_words(services: Services, words: str, origin: Origin) -> Submitted:
    """Read what somebody typed, and submit it.

    Flags alone take the thread's last prompt, or have the worker find one. Raises UserError,
    SetupError, QuotaError as ``submit_image`` does.
    """
    rules = await rules_for(services, origin)
    request = parse_imagine(words, rules.defaults)
    if request.prompt:
        return await submit_image(services, request, origin, rules)
    if origin.thread_ts is None:
        raise UserError("talk.ask_for_words")
    earlier = await services.jobs.last_request(origin.team_id, origin.channel_id, origin.thread_ts)
    if earlier is None:
        return await submit_image(services, request, origin, rules, needs_prompt=True)
    return await submit_image(services, with_inherited_prompt(request, earlier), origin, rules)


async def submit_image(
    services: Services,
    request: ImageRequest,
    origin: Origin,
    rules: Rules,
    *,
    needs_prompt: bool = False,
    allowed: AuditEntry | None = None,
) -> Submitted:
    """Write a job down. Nothing is asked of Slack or the provider.

    ``needs_prompt``: the worker finds the prompt in the thread first. ``allowed``: past the
    budget, by the admin whom that entry names. Raises UserError, SetupError without an API key,
    QuotaError.
    """
    if not needs_prompt:
        check_prompt(request)
    api_key = rules.need_api_key()
    check_provider_has(model_named(request.model), api_key.provider)
    check_count(request.n, rules.defaults.max_images)
    now = services.clock.now()
    job = Job(
        id=services.new_id(),
        origin=origin,
        request=request,
        status=JobStatus.QUEUED,
        created_at=now,
        asked_at=now,
        locale=await locale_in(services, rules.workspace, origin, request.prompt),
        needs_prompt=needs_prompt,
    )
    return await _accept(services, job, api_key, allowed)


async def _accept(
    services: Services, job: Job, api_key: ApiKey, allowed: AuditEntry | None
) -> Submitted:
    wish = wish_of(services, job, api_key, n=job.request.n)
    wish = replace(wish, is_allowed_past_budget=allowed is not None)
    entry = NewJob(job, api_key_id=api_key_id(api_key), wish=wish, audit=allowed)
    answer = await services.acceptor.accept(entry)
    if isinstance(answer, Duplicate):
        earlier = await services.jobs.job(answer.id)
        return Submitted(earlier or job, None)
    services.metrics.accepted(job.origin.kind)
    services.bell.set()
    return Submitted(job, answer.ahead)


async def keep_draft(
    services: Services,
    origin: Origin,
    text: str,
    *,
    card_text_id: str,
    card_params: Mapping[str, object] | None = None,
    drawable: bool = True,
) -> Draft:
    """Write a message down that is answered by a card; the worker posts the card."""
    draft = Draft(
        id=services.new_id(),
        origin=origin,
        text=text,
        locale=await reader_locale(services, origin, text),
        created_at=services.clock.now(),
        card_text_id=card_text_id,
        card_params=dict(card_params or {}),
        drawable=drawable,
    )
    await services.acceptor.accept(NewDraft(draft))
    services.bell.set()
    return draft


async def one_more(services: Services, job: Job) -> Wish:
    """One more image of this job. Raises SetupError without an API key."""
    return wish_of(services, job, await services.api_keys.need(job.origin), n=1)


def wish_of(services: Services, job: Job, api_key: ApiKey, *, n: int) -> Wish:
    """So many images of this job at the price of the API key's provider."""
    return Wish(
        origin=job.origin,
        n=n,
        at=services.clock.now(),
        cost_micros=price_micros(job.request.model, api_key.provider),
        currency=api_key.provider.currency,
        daily_images=services.daily_images,
    )
