"""Workspaces that installed the bot by OAuth: how many, and can their tokens be read."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from glm_slackbot.app.doctor.finding import Finding, failed, fine
from glm_slackbot.app.encryption import key_path
from glm_slackbot.app.settings import Settings
from glm_slackbot.storage.address import SqliteAddress
from glm_slackbot.storage.secret_box import BadEncryptionKey, CannotOpen, SecretBox
from glm_slackbot.storage.tables import installations

_OLD_KEY = "put the old GLM_SLACKBOT_ENCRYPTION_KEY back, beside the new one after a comma"


async def check_installations(connection: AsyncConnection, settings: Settings) -> list[Finding]:
    """A finding where OAuth is on, else none."""
    if not settings.is_oauth:
        return []
    sealed = (await connection.scalars(select(installations.c.sealed_bot_token))).all()
    if not sealed:
        return [fine("installs", "no workspace has installed the bot yet")]
    try:
        box = _box(settings)
    except (BadEncryptionKey, OSError) as fault:
        return [failed("installs", f"the encryption key cannot be used ({fault})", _OLD_KEY)]
    unread = _unread(box, sealed)
    if unread:
        words = f"the tokens of {unread} of {len(sealed)} workspaces cannot be decrypted"
        return [failed("installs", words, _OLD_KEY)]
    return [fine("installs", f"workspaces: {len(sealed)}, their tokens can be decrypted")]


def _box(settings: Settings) -> SecretBox | None:
    """As ``serve`` has it, but no key file is made."""
    if settings.encryption_keys:
        return SecretBox(settings.encryption_keys)
    address = settings.database_address
    if not isinstance(address, SqliteAddress) or not key_path(address).exists():
        return None
    return SecretBox([key_path(address).read_text().strip()])


def _unread(box: SecretBox | None, sealed: Sequence[str]) -> int:
    return sum(1 for one in sealed if not _opens(box, one))


def _opens(box: SecretBox | None, sealed: str) -> bool:
    if box is None:
        return False
    try:
        box.open(sealed)
    except CannotOpen:
        return False
    return True
