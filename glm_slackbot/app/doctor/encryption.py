"""The encryption key: whether every API key that is saved can be decrypted. Makes no key file."""

from __future__ import annotations

import asyncio
import stat
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from glm_slackbot.app.database_faults import database_faults
from glm_slackbot.app.doctor.database import SECONDS, is_of_our_schema, reading
from glm_slackbot.app.doctor.finding import Finding, failed, fine, unknown
from glm_slackbot.app.encryption import (
    NEW_KEY_LINE,
    VARIABLE,
    KeyFault,
    box_at_hand,
    key_file_of,
    old_key_back,
)
from glm_slackbot.app.settings import Settings
from glm_slackbot.storage.address import BadDatabaseUrl, SqliteAddress
from glm_slackbot.storage.secret_box import SecretBox
from glm_slackbot.storage.tables import workspaces

NAME = "api keys"
_OWNER_ALONE = 0o600


async def check_encryption(settings: Settings) -> Finding:
    """Whether the keys at hand open what is saved."""
    try:
        box = box_at_hand(settings)
        file = key_file_of(settings)
    except KeyFault as fault:
        return failed(NAME, fault.words, fault.mend)
    except BadDatabaseUrl:
        return unknown(NAME, "not checked: DATABASE_URL is mistaken")
    if file is not None and (mode := _mode(file)) & ~_OWNER_ALONE:
        words = f"the key file {file} is open to others (mode {mode:04o})"
        return failed(NAME, words, f"chmod 600 {file}")
    sealed = await _sealed_api_keys(settings)
    if sealed is None:
        return unknown(NAME, "not checked: there are no rows")
    return _look(settings, box, sealed)


def _mode(file: Path) -> int:
    return stat.S_IMODE(file.stat().st_mode) if file.exists() else _OWNER_ALONE


def _look(settings: Settings, box: SecretBox | None, sealed: dict[str, str]) -> Finding:
    closed = [id_ for id_, one in sorted(sealed.items()) if box is None or not box.can_open(one)]
    if closed:
        words = f"cannot be decrypted: {', '.join(closed)}"
        return failed(NAME, words, f"{old_key_back(settings)}; or set the API key anew on Home")
    if sealed:
        return fine(NAME, f"all saved API keys can be decrypted: {len(sealed)}")
    if box is None and key_file_of(settings) is None:
        return fine(NAME, f"none saved; to save any in Slack, set {VARIABLE}: {NEW_KEY_LINE}")
    return fine(NAME, "none saved in Slack")


async def _sealed_api_keys(settings: Settings) -> dict[str, str] | None:
    """By workspace; None where there is no table to read, of which another check tells."""
    address = settings.database_address
    if isinstance(address, SqliteAddress) and not address.path.exists():
        return None
    try:
        async with asyncio.timeout(SECONDS), reading(address) as connection:
            return await _read(connection) if await is_of_our_schema(connection) else None
    except (ImportError, TimeoutError):
        return None
    except database_faults():
        return None


async def _read(connection: AsyncConnection) -> dict[str, str]:
    query = select(workspaces.c.workspace_id, workspaces.c.sealed_api_key)
    rows = await connection.execute(query.where(workspaces.c.sealed_api_key.is_not(None)))
    return {row.workspace_id: row.sealed_api_key for row in rows}


async def is_any_saved(settings: Settings) -> bool:
    """Whether any workspace has an API key of its own."""
    try:
        return bool(await _sealed_api_keys(settings))
    except BadDatabaseUrl:
        return False  # told by others
