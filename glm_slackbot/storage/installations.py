"""Installations by OAuth, and the states of those under way: slack_sdk's stores over our tables.

A row is known by its workspace's id, or by the organisation's where it is installed org-wide:
the same id that names settings, quotas and API key.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from slack_sdk.oauth.installation_store import Bot, Installation
from slack_sdk.oauth.installation_store.async_installation_store import AsyncInstallationStore
from slack_sdk.oauth.state_store.async_state_store import AsyncOAuthStateStore
from sqlalchemy import RowMapping, delete, insert, select, update

from glm_slackbot.storage.audit import Act, AuditEntry, write_audit
from glm_slackbot.storage.database import Database
from glm_slackbot.storage.limits import workspace_lock_of
from glm_slackbot.storage.oauth_states import OAuthStates
from glm_slackbot.storage.secret_box import CannotOpen, SecretBox
from glm_slackbot.storage.tables import installations

ROTATE_S: Final = 2 * 3600.0
"""Before a token's end, or the last quarter of a short life."""


@dataclass(frozen=True, slots=True)
class Installed:
    """One installation; ``team_id`` is None where it is org-wide. Times are seconds since 1970."""

    workspace_id: str
    team_id: str | None
    enterprise_id: str | None
    name: str | None
    bot_id: str | None
    bot_user_id: str | None
    scopes: str
    installer_id: str
    installed_at: float
    expires_at: float | None
    rotate_at: float | None
    """When its tokens are due to be exchanged."""
    generation: int
    bot_token: str | None = field(repr=False)
    """None where it cannot be decrypted."""
    refresh_token: str | None = field(repr=False)

    @property
    def is_org_wide(self) -> bool:
        """Whether it serves a whole organisation."""
        return self.team_id is None

    @property
    def was_rotated(self) -> bool:
        """Whether there may have been tokens before the ones of now."""
        return self.expires_at is not None and self.generation > 1


class InstallationStore(AsyncInstallationStore):
    """Installations, their tokens encrypted by ``secret_box``."""

    def __init__(
        self, database: Database, secret_box: SecretBox | None, now: Callable[[], float]
    ) -> None:
        self._database = database
        self._secret_box = secret_box
        self._now = now

    async def find(
        self, team_id: str | None, enterprise_id: str | None, *, is_org_wide: bool = False
    ) -> Installed | None:
        """What serves a workspace: its own installation or its organisation's.

        Where both are there: the organisation's if the payload says so, else the newest.
        """
        ids = [id_ for id_ in (team_id, enterprise_id) if id_]
        query = select(installations).where(installations.c.workspace_id.in_(ids))
        async with self._database.read() as connection:
            rows = (await connection.execute(query)).mappings().all()
        found = [self._installed(row) for row in rows]
        wanted = [i for i in found if i.is_org_wide] if is_org_wide else []
        return max(wanted or found, key=lambda i: i.installed_at, default=None)

    async def all(self) -> Sequence[Installed]:
        """Every installation."""
        async with self._database.read() as connection:
            rows = (await connection.execute(select(installations))).mappings().all()
        return [self._installed(row) for row in rows]

    async def reseal(self, workspace_id: str, secret_box: SecretBox) -> bool:
        """Encrypt its tokens anew by the box's first key. Raises CannotOpen; False: it is gone."""
        query = select(installations).where(installations.c.workspace_id == workspace_id)
        async with self._database.write(locks=[workspace_lock_of(workspace_id)]) as connection:
            row = (await connection.execute(query.with_for_update())).mappings().one_or_none()
            if row is None:
                return False
            names = ("sealed_bot_token", "sealed_refresh_token")
            values = {name: secret_box.reseal(row[name]) for name in names if row[name]}
            await connection.execute(
                update(installations)
                .where(installations.c.workspace_id == workspace_id)
                .values(**values)
            )
        return True

    async def async_save(self, installation: Installation) -> None:
        """Save a new installation, or the same one made again; the audit log tells of it."""
        values = self._values(installation)
        entry = AuditEntry(
            values["workspace_id"],
            self._now(),
            installation.user_id,
            Act.INSTALLED,
            {"is_org_wide": values["team_id"] is None, "name": values["name"]},
        )
        same = installations.c.workspace_id == entry.workspace_id
        lock = workspace_lock_of(entry.workspace_id)
        async with self._database.write(locks=[lock]) as connection:
            generation = installations.c.generation + 1
            changed = await connection.execute(
                update(installations).where(same).values(**values, generation=generation)
            )
            if changed.rowcount == 0:
                await connection.execute(insert(installations).values(**values, generation=1))
            await write_audit(connection, entry)

    async def async_find_installation(
        self,
        *,
        enterprise_id: str | None,
        team_id: str | None,
        user_id: str | None = None,
        is_enterprise_install: bool | None = False,
    ) -> Installation | None:
        """As slack_sdk asks; there is one a workspace, whoever asks."""
        found = await self.find(team_id, enterprise_id, is_org_wide=bool(is_enterprise_install))
        return None if found is None else _as_slack_sdk(found)

    async def async_find_bot(
        self,
        *,
        enterprise_id: str | None,
        team_id: str | None,
        is_enterprise_install: bool | None = False,
    ) -> Bot | None:
        """The same without the installer."""
        found = await self.find(team_id, enterprise_id, is_org_wide=bool(is_enterprise_install))
        return None if found is None else _as_slack_sdk(found).to_bot()

    async def async_delete_installation(
        self, *, enterprise_id: str | None, team_id: str | None, user_id: str | None = None
    ) -> None:
        """Delete the row alone; what else belongs to a workspace, ``remove_workspace`` deletes."""
        async with self._database.write() as connection:
            id_ = team_id or enterprise_id or ""
            await connection.execute(
                delete(installations).where(installations.c.workspace_id == id_)
            )

    async def async_delete_bot(self, *, enterprise_id: str | None, team_id: str | None) -> None:
        """The same: a bot is all that is installed."""
        await self.async_delete_installation(enterprise_id=enterprise_id, team_id=team_id)

    def seal(self, secret: str | None) -> str | None:
        """A token as it may rest. Raises CannotOpen where there is no key."""
        if self._secret_box is None:
            raise CannotOpen
        return self._secret_box.seal(secret) if secret else None

    def _values(self, installation: Installation) -> dict[str, Any]:
        is_org_wide = installation.is_enterprise_install
        name = installation.enterprise_name if is_org_wide else installation.team_name
        return {
            "workspace_id": workspace_id_of(installation),
            "team_id": None if is_org_wide else installation.team_id,
            "enterprise_id": installation.enterprise_id,
            "app_id": installation.app_id,
            "name": name,
            "bot_id": installation.bot_id,
            "bot_user_id": installation.bot_user_id,
            "scopes": ",".join(installation.bot_scopes or ()),
            "installer_id": installation.user_id,
            "installed_at": self._now(),
            "sealed_bot_token": self.seal(installation.bot_token),
            "sealed_refresh_token": self.seal(installation.bot_refresh_token),
            "expires_at": installation.bot_token_expires_at,
            "rotate_at": rotation_due(installation.bot_token_expires_at, self._now()),
            "rotating_until": None,
        }

    def _installed(self, row: RowMapping) -> Installed:
        return Installed(
            bot_token=self._opened(row["sealed_bot_token"]),
            refresh_token=self._opened(row["sealed_refresh_token"]),
            **{name: row[name] for name in _SAME},
        )

    def _opened(self, sealed: str | None) -> str | None:
        try:
            return self._secret_box.open(sealed) if self._secret_box and sealed else None
        except CannotOpen:
            return None


_SAME: Final = (
    "workspace_id", "team_id", "enterprise_id", "name", "bot_id", "bot_user_id", "scopes",
    "installer_id", "installed_at", "expires_at", "rotate_at",
    "generation",
)  # fmt: skip


def workspace_id_of(installation: Installation) -> str:
    """Whose settings, quotas and API key an installation has."""
    team_id = None if installation.is_enterprise_install else installation.team_id
    return team_id or installation.enterprise_id or ""


def rotation_due(expires_at: float | None, now: float) -> float | None:
    """When tokens that are new now are due: whoever has the old one then can finish with it."""
    if expires_at is None:
        return None
    return expires_at - min(ROTATE_S, max(0.0, expires_at - now) / 4)


def _as_slack_sdk(found: Installed) -> Installation:
    return Installation(
        team_name=None if found.is_org_wide else found.name,
        enterprise_name=found.name if found.is_org_wide else None,
        enterprise_id=found.enterprise_id,
        team_id=found.team_id,
        bot_token=found.bot_token,
        bot_id=found.bot_id,
        bot_user_id=found.bot_user_id,
        bot_scopes=found.scopes,
        bot_refresh_token=found.refresh_token,
        bot_token_expires_at=None if found.expires_at is None else int(found.expires_at),
        user_id=found.installer_id,
        is_enterprise_install=found.is_org_wide,
        installed_at=found.installed_at,
    )


class OAuthStateStore(OAuthStates, AsyncOAuthStateStore):
    """Our states under slack_sdk's name for them."""
