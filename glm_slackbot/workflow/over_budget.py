"""A request over budget, and what was made of it: by Try again, or by an admin's yes."""

from __future__ import annotations

from glm_slackbot.domain.errors import QuotaError
from glm_slackbot.domain.job import Job, JobStatus
from glm_slackbot.domain.quota import BUDGET_REACHED
from glm_slackbot.workflow.services import Services


def is_over_budget(job: Job) -> bool:
    """Whether the budget, and nothing else, kept it from being made; and it is known still."""
    is_kept = bool(job.request.prompt) or job.needs_prompt
    reached = isinstance(job.error, QuotaError) and job.error.text_id == BUDGET_REACHED
    return is_kept and reached and job.status is JobStatus.FAILED


def retry_key(job: Job) -> str:
    """The dedupe_key of what Try again makes of an ended job, once."""
    return f"retry:{job.id}"


_YES = "allowed:"


def yes_key(job: Job) -> str:
    """The dedupe_key of what an admin's yes makes of a request over budget, once."""
    return f"{_YES}{job.id}"


def was_allowed(job: Job) -> bool:
    """Whether an admin's yes has made it."""
    return job.origin.dedupe_key.startswith(_YES)


async def latest_of(services: Services, job: Job) -> Job:
    """The last request that was made of this one, which may be over budget in its turn.

    Whatever is pressed then, on an old card as on a new one, makes the image once.
    """
    for key in (yes_key(job), retry_key(job)):
        if (later := await services.jobs.written_under(key)) is not None:
            return await latest_of(services, later)
    return job
