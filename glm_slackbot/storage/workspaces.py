"""Workspaces: what their admins saved, and their API keys, encrypted."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import RowMapping, Select, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from glm_slackbot.domain.workspace import WorkspaceSettings
from glm_slackbot.storage.audit import AuditEntry, write_audit
from glm_slackbot.storage.database import Database
from glm_slackbot.storage.limits import workspace_lock_of
from glm_slackbot.storage.tables import workspaces
from glm_slackbot.storage.together import ReadTogether


@dataclass(frozen=True, slots=True)
class SealedApiKey:
    """An API key as it rests: encrypted, with what may be shown of it."""

    provider: str
    sealed: str
    end: str
    """Its last four characters."""
    set_by: str
    set_at: float


@dataclass(frozen=True, slots=True)
class Workspace:
    """What is saved of one workspace."""

    workspace_id: str
    settings: WorkspaceSettings = field(default_factory=WorkspaceSettings)
    api_key: SealedApiKey | None = None


SettingsChange = Callable[[Workspace], tuple[WorkspaceSettings, AuditEntry] | None]


class WorkspaceStore:
    """Reads and saves what admins decide; each change with its line in the audit log."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._rows = ReadTogether(self._read)

    async def find(self, workspace_id: str) -> Workspace:
        """A workspace as saved now; one that nothing is saved of is as at the start."""
        return await self._rows.get(workspace_id) or Workspace(workspace_id)

    async def all(self) -> Sequence[Workspace]:
        """Every workspace of which something is saved."""
        async with self._database.read() as connection:
            return [
                _workspace(row) for row in (await connection.execute(select(workspaces))).mappings()
            ]

    async def save_settings(
        self, workspace_id: str, settings: WorkspaceSettings, entry: AuditEntry
    ) -> None:
        """Save an admin's settings."""
        await self._save(workspace_id, {"settings": settings.as_json()}, entry)

    async def change_settings(self, workspace_id: str, change: SettingsChange) -> None:
        """Save what ``change`` makes of the settings as they are now, unless it makes nothing."""
        async with self._database.write(locks=[workspace_lock_of(workspace_id)]) as connection:
            row = (await connection.execute(_one(workspace_id))).mappings().one_or_none()
            changed = change(_workspace(row) if row else Workspace(workspace_id))
            if changed is not None:
                settings, entry = changed
                await _upsert(connection, workspace_id, {"settings": settings.as_json()})
                await write_audit(connection, entry)

    async def save_api_key(
        self, workspace_id: str, api_key: SealedApiKey | None, entry: AuditEntry
    ) -> None:
        """Save an API key, or remove it."""
        await self._save(workspace_id, _api_key_values(api_key), entry)

    async def reseal_api_key(self, workspace_id: str, old: str, new: str) -> bool:
        """Put the same API key down encrypted anew; False when it has changed meanwhile."""
        async with self._database.write(locks=[workspace_lock_of(workspace_id)]) as connection:
            result = await connection.execute(
                update(workspaces)
                .where(
                    workspaces.c.workspace_id == workspace_id,
                    workspaces.c.sealed_api_key == old,
                )
                .values(sealed_api_key=new)
            )
        return result.rowcount == 1

    async def _save(self, workspace_id: str, values: Mapping[str, Any], entry: AuditEntry) -> None:
        async with self._database.write(locks=[workspace_lock_of(workspace_id)]) as connection:
            await _upsert(connection, workspace_id, values)
            await write_audit(connection, entry)

    async def _read(self, wanted: Set[str]) -> Mapping[str, Workspace]:
        query = select(workspaces).where(workspaces.c.workspace_id.in_(wanted))
        async with self._database.read() as connection:
            rows = (await connection.execute(query)).mappings().all()
        return {row["workspace_id"]: _workspace(row) for row in rows}


def _one(workspace_id: str) -> Select[Any]:
    return select(workspaces).where(workspaces.c.workspace_id == workspace_id)


async def _upsert(
    connection: AsyncConnection, workspace_id: str, values: Mapping[str, Any]
) -> None:
    """Under the workspace's lock, so that nobody inserts in between."""
    changed = await connection.execute(
        update(workspaces).where(workspaces.c.workspace_id == workspace_id).values(**values)
    )
    if changed.rowcount == 0:
        new = {"workspace_id": workspace_id, "settings": {}, **values}
        await connection.execute(insert(workspaces).values(**new))


def _workspace(row: RowMapping) -> Workspace:
    api_key = row["sealed_api_key"] and SealedApiKey(
        provider=row["provider"],
        sealed=row["sealed_api_key"],
        end=row["api_key_end"],
        set_by=row["api_key_set_by"],
        set_at=row["api_key_set_at"],
    )
    settings = WorkspaceSettings.of_json(row["settings"])
    return Workspace(row["workspace_id"], settings, api_key or None)


def _api_key_values(api_key: SealedApiKey | None) -> dict[str, Any]:
    return {
        "provider": api_key and api_key.provider,
        "sealed_api_key": api_key and api_key.sealed,
        "api_key_end": api_key and api_key.end,
        "api_key_set_by": api_key and api_key.set_by,
        "api_key_set_at": api_key and api_key.set_at,
    }
