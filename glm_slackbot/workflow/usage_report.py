"""What somebody used and may still use, and what a workspace did this month."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from glm_slackbot.domain.job import Job, Origin
from glm_slackbot.domain.quota import month_of
from glm_slackbot.storage.audit import CHANGES, Attempts, AuditEntry
from glm_slackbot.storage.usage import MonthReport, PersonUsage
from glm_slackbot.workflow.rules import Rules, rules_for
from glm_slackbot.workflow.services import Services

LAST_IMAGES = 10
LAST_CHANGES = 10


@dataclass(frozen=True, slots=True)
class UsageReport:
    """One person's usage beside what they are allowed."""

    used: PersonUsage
    rules: Rules
    last_jobs: Sequence[Job]


async def usage_report(services: Services, origin: Origin) -> UsageReport:
    """Read from the rows; nothing is asked of Slack."""
    workspace_id, user_id = origin.workspace_id, origin.user_id
    return UsageReport(
        used=await services.usage.of_person(workspace_id, user_id, services.clock.now()),
        rules=await rules_for(services, origin),
        last_jobs=await services.usage.last_jobs(workspace_id, user_id, LAST_IMAGES),
    )


@dataclass(frozen=True, slots=True)
class MonthOfWorkspace:
    """What admins see of a workspace."""

    month: MonthReport
    begins: float
    changes: Sequence[AuditEntry]
    attempts: Attempts


async def month_of_workspace(services: Services, workspace_id: str) -> MonthOfWorkspace:
    """A workspace's month so far, and who changed what last."""
    now = services.clock.now()
    begins = month_of(now)[0]
    return MonthOfWorkspace(
        month=await services.usage.month(workspace_id, now),
        begins=begins,
        changes=await services.audit.last(workspace_id, LAST_CHANGES, acts=CHANGES),
        attempts=await services.audit.attempts(workspace_id, begins),
    )
