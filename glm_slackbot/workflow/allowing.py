"""A request over budget: the admins are asked, once, and one of them may allow it, once."""

from __future__ import annotations

from dataclasses import replace

from glm_slackbot.domain.job import Job, Origin
from glm_slackbot.storage.audit import Act, AuditEntry
from glm_slackbot.workflow.notify import QUESTION, admins_to_tell
from glm_slackbot.workflow.over_budget import yes_key
from glm_slackbot.workflow.rules import rules_for
from glm_slackbot.workflow.services import Services
from glm_slackbot.workflow.submit import Submitted, submit_image


class NobodyToAsk(Exception):
    """No admin of the workspace is known."""


async def ask_admins(services: Services, job: Job) -> bool:
    """Have the worker ask them; False where that was done before. Raises NobodyToAsk, BotError."""
    if not await admins_to_tell(services, job.origin):
        raise NobodyToAsk
    # By the request's own day: a notice is once a cause and day, and this one once for good.
    return await services.notices.write(job.origin, f"{QUESTION}{job.id}", {}, job.created_at)


async def allow(services: Services, job: Job, admin: Origin) -> Submitted:
    """Make the request, past the budget: the asker's, in their place. Raises BotError."""
    origin = replace(job.origin, dedupe_key=yes_key(job), response_url=None)
    entry = AuditEntry(
        origin.workspace_id,
        services.clock.now(),
        admin.user_id,
        Act.BUDGET_ALLOWED,
        {"job": job.id, "asker": origin.user_id},
    )
    return await submit_image(
        services,
        job.request,
        origin,
        await rules_for(services, origin),
        needs_prompt=job.needs_prompt,
        allowed=entry,
    )
