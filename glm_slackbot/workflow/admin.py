"""What only admins may do: who they are."""

from __future__ import annotations

from typing import Any

from glm_slackbot.domain.job import Origin
from glm_slackbot.storage.audit import Act, AuditEntry
from glm_slackbot.workflow.ports import Person
from glm_slackbot.workflow.services import Services


def is_admin(services: Services, origin: Origin, person: Person) -> bool:
    """Whether the origin's person, as Slack tells of them, may change the workspace's settings.

    What a whole organisation shares, only its own admins change.
    """
    if services.admins.names(origin.workspace_id, origin.user_id):
        return True
    is_of_organisation = origin.workspace_id != origin.team_id
    return person.is_org_admin if is_of_organisation else person.is_admin


def audit_entry(services: Services, origin: Origin, act: Act, **details: Any) -> AuditEntry:
    """What the origin's person does now."""
    return AuditEntry(origin.workspace_id, services.clock.now(), origin.user_id, act, details)
