"""What admins save, with its line in the audit log."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace

from factories import NOW

from glm_slackbot.domain.workspace import WorkspaceSettings
from glm_slackbot.storage.audit import Act, AuditEntry, AuditStore
from glm_slackbot.storage.database import Database
from glm_slackbot.storage.workspaces import Workspace, WorkspaceStore

ENTRY = AuditEntry("T1", NOW, "U9", Act.SETTINGS_CHANGED)
Change = Callable[[Workspace], tuple[WorkspaceSettings, AuditEntry] | None]


def changing(seen: list[WorkspaceSettings], **changes: int) -> Change:
    def change(now: Workspace) -> tuple[WorkspaceSettings, AuditEntry]:
        seen.append(now.settings)
        return replace(now.settings, **changes), ENTRY

    return change


async def test_a_change_is_made_of_what_is_saved_now(database: Database) -> None:
    store, seen = WorkspaceStore(database), []
    await store.change_settings("T1", changing(seen, max_images=2))
    await store.change_settings("T1", changing(seen, daily_images=5))
    assert seen == [WorkspaceSettings(), WorkspaceSettings(max_images=2)]
    assert (await store.find("T1")).settings == WorkspaceSettings(max_images=2, daily_images=5)
    assert (await store.find("T2")).settings == WorkspaceSettings()
    assert len(await AuditStore(database).last("T1", 9)) == 2


async def test_changes_at_once_lose_nothing(database: Database, other_database: Database) -> None:
    stores, seen = [WorkspaceStore(database), WorkspaceStore(other_database)], []
    names = ("max_images", "daily_images", "minute_images", "prompt_days")
    await asyncio.gather(
        *(
            stores[n % 2].change_settings("T1", changing(seen, **{name: n}))
            for n, name in enumerate(names, 1)
        )
    )
    settings = (await stores[0].find("T1")).settings
    assert [getattr(settings, name) for name in names] == [1, 2, 3, 4]


async def test_no_change_leaves_no_line(database: Database) -> None:
    await WorkspaceStore(database).change_settings("T1", lambda _: None)
    assert await AuditStore(database).last("T1", 9) == []
    assert list(await WorkspaceStore(database).all()) == []
