"""What the buttons ask for: the same again, another try, or a draft drawn."""

from __future__ import annotations

from dataclasses import replace

from glm_slackbot.domain.job import Draft, Job, JobStatus, Origin, Outcome
from glm_slackbot.workflow.over_budget import is_over_budget, latest_of, retry_key
from glm_slackbot.workflow.rules import rules_for
from glm_slackbot.workflow.services import Services
from glm_slackbot.workflow.submit import Submitted, one_more, submit_image, submit_words


async def draw_draft(
    services: Services, draft: Draft, *, user_id: str, response_url: str | None
) -> Submitted:
    """Make a kept message a job, once; one that was over budget is tried again.

    Raises BotError.
    """
    origin = replace(
        draft.origin,
        user_id=user_id,
        dedupe_key=f"draft:{draft.id}",
        response_url=response_url,
    )
    submitted = await submit_words(services, draft.text, origin)
    if submitted.ahead is None and is_over_budget(submitted.job):
        return await try_again(services, submitted.job, response_url=response_url)
    return submitted


async def draw_again(services: Services, job: Job, origin: Origin) -> Submitted:
    """The same request by whoever presses, on their own quota. Raises BotError."""
    return await submit_image(services, job.request, origin, await rules_for(services, origin))


async def try_again(services: Services, job: Job, *, response_url: str | None) -> Submitted:
    """Another try at an ended job; buys only where nothing was bought, or it is known to be lost.

    A second press finds the first one's job. Raises BotError.
    """
    if is_over_budget(job):
        job = await latest_of(services, job)
        if not is_over_budget(job):
            return Submitted(job, None)
    if goes_on_in_its_row(job):
        wish = await one_more(services, job)
        moved = await services.jobs.requeue(job, wish, response_url=response_url)
        services.bell.set()
        return Submitted(job, 0 if moved else None)
    if job.status not in (JobStatus.FAILED, JobStatus.REFUSED):
        return Submitted(job, None)
    origin = replace(job.origin, dedupe_key=retry_key(job), response_url=response_url)
    rules = await rules_for(services, origin)
    return await submit_image(services, job.request, origin, rules, needs_prompt=job.needs_prompt)


def goes_on_in_its_row(job: Job) -> bool:
    """Unsure ends are looked into first; what was bought is delivered, not bought again."""
    if job.status is JobStatus.UNSURE:
        return True
    return job.status is JobStatus.FAILED and any(
        i.outcome is Outcome.LOST and i.image_url for i in job.images
    )
