"""What only admins may do: who they are, and the settings they save."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from glm_slackbot.domain.errors import BotError, UpstreamError, UserError
from glm_slackbot.domain.job import Origin
from glm_slackbot.domain.quota import month_of, notices_of_rise
from glm_slackbot.domain.workspace import WorkspaceSettings
from glm_slackbot.storage.audit import Act, AuditEntry
from glm_slackbot.storage.limits import spent_since
from glm_slackbot.storage.workspaces import Workspace
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


async def need_admin(services: Services, origin: Origin, wanted: str, **details: str) -> None:
    """Return if an admin asks; else the attempt is in the audit log, and it raises UserError.

    ``wanted`` and ``details`` name what was tried. Raises UpstreamError where Slack does not
    tell who it is.
    """
    if services.admins.names(origin.workspace_id, origin.user_id):
        return  # whatever Slack says, also where it says nothing
    try:
        person = await services.directory.look_up(origin)
    except BotError:
        raise UpstreamError("admin.slack_does_not_tell") from None
    if is_admin(services, origin, person):
        return
    await services.audit.add(audit_entry(services, origin, Act.FORGED, wanted=wanted, **details))
    raise UserError("admin.not_admin")


def audit_entry(services: Services, origin: Origin, act: Act, **details: Any) -> AuditEntry:
    """What the origin's person does now."""
    return AuditEntry(origin.workspace_id, services.clock.now(), origin.user_id, act, details)


async def save_settings(
    services: Services, origin: Origin, change: Callable[[WorkspaceSettings], WorkspaceSettings]
) -> Sequence[str]:
    """Save what an admin has set; answers the names of the settings that changed.

    ``change`` makes the new settings of those that are saved now. Raises as ``need_admin`` does.
    """
    await need_admin(services, origin, "change_settings")
    changed: list[str] = []

    def changes(now: Workspace) -> tuple[WorkspaceSettings, AuditEntry] | None:
        wanted = change(now.settings)
        differences = settings_changes(now.settings, wanted)
        changed[:] = [difference["which"] for difference in differences]
        entry = audit_entry(services, origin, Act.SETTINGS_CHANGED, changes=differences)
        return (wanted, entry) if differences else None

    await services.workspaces.change_settings(origin.workspace_id, changes)
    if "budget" in changed:
        await _note_budget_in_use(services, origin)
    return changed


async def _note_budget_in_use(services: Services, origin: Origin) -> None:
    """A budget that is set below what is spent already has no rise to be told of."""
    now = services.clock.now()
    budget = (await services.workspaces.find(origin.workspace_id)).settings.budget
    if budget is None:
        return
    async with services.database.read() as connection:
        by_currency = await spent_since(connection, [origin.workspace_id], month_of(now)[0])
    spent = by_currency[origin.workspace_id, budget.currency]
    for cause in notices_of_rise(before=0, after=spent, budget=budget.micros)[-1:]:
        await services.notices.write(origin, cause, {}, now)


def settings_changes(before: WorkspaceSettings, after: WorkspaceSettings) -> list[dict[str, Any]]:
    """Which settings differ, from what to what, as plain values; None is the start."""
    old, new = before.as_json(), after.as_json()
    return [
        {"which": name, "from": old.get(name), "to": new.get(name)}
        for name in WorkspaceSettings.__dataclass_fields__
        if old.get(name) != new.get(name)
    ]
