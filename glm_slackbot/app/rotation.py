"""``glm-slackbot rotate-key``: every secret at rest, encrypted anew by the first key."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from glm_slackbot.storage.database import Database
from glm_slackbot.storage.installations import InstallationStore
from glm_slackbot.storage.secret_box import CannotOpen, SecretBox
from glm_slackbot.storage.workspaces import WorkspaceStore


@dataclass(slots=True)
class Rotated:
    """What was done; ``unreadable`` names what no key of ours opens."""

    done: int = 0
    unreadable: list[str] = field(default_factory=list)


async def rotate_all(database: Database, box: SecretBox) -> Rotated:
    """Encrypt anew, while a process may be serving; what cannot be opened is left as it is."""
    rotated = Rotated()
    for rotate in _SECRETS:
        await rotate(database, box, rotated)
    return rotated


async def _api_keys(database: Database, box: SecretBox, rotated: Rotated) -> None:
    store = WorkspaceStore(database)
    for workspace in await store.all():
        try:
            # An admin who saves another one meanwhile has it encrypted by whoever serves.
            while (api_key := (await store.find(workspace.workspace_id)).api_key) is not None:
                new = box.reseal(api_key.sealed)
                if await store.reseal_api_key(workspace.workspace_id, api_key.sealed, new):
                    rotated.done += 1
                    break
        except CannotOpen:
            rotated.unreadable.append(f"the API key of {workspace.workspace_id}")


async def _tokens(database: Database, box: SecretBox, rotated: Rotated) -> None:
    store = InstallationStore(database, box, time.time)
    for installed in await store.all():
        try:
            rotated.done += await store.reseal(installed.workspace_id, box)
        except CannotOpen:
            rotated.unreadable.append(f"the tokens of {installed.workspace_id}")


_SECRETS: Sequence[Callable[[Database, SecretBox, Rotated], Awaitable[None]]] = (
    _api_keys,
    _tokens,
)
"""Each kind of secret that rests in the database."""
