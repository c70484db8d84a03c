"""The encryption key: whether every API key that is saved can be decrypted. Makes no key file."""

from __future__ import annotations

import asyncio

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from glm_slackbot.app.database_faults import database_faults
from glm_slackbot.app.doctor.database import SECONDS, is_of_our_schema, reading
from glm_slackbot.app.doctor.finding import Finding, failed, fine, unknown
from glm_slackbot.app.encryption import key_path
from glm_slackbot.app.settings import Settings
from glm_slackbot.storage.address import BadDatabaseUrl, SqliteAddress
from glm_slackbot.storage.secret_box import BadEncryptionKey, CannotOpen, SecretBox
from glm_slackbot.storage.tables import workspaces

NAME = "api keys"
_VARIABLE = "GLM_SLACKBOT_ENCRYPTION_KEY"
_NEW_KEY = (
    'python -c "from cryptography.fernet import Fernet; print(Fernet.generate_key().decode())"'
)


async def check_encryption(settings: Settings) -> Finding:
    """Whether the keys at hand open what is saved."""
    try:
        settings.database_address  # noqa: B018  # raises
        box = _secret_box(settings)
    except BadEncryptionKey:
        return failed(NAME, f"{_VARIABLE} holds what is no key", f"make one: {_NEW_KEY}")
    except BadDatabaseUrl:
        return unknown(NAME, "not checked: DATABASE_URL is mistaken")
    except OSError as error:
        return failed(NAME, f"the key file cannot be read: {error}", "give this user the file")
    sealed = await _sealed_api_keys(settings)
    return unknown(NAME, "not checked: there are no rows") if sealed is None else _look(box, sealed)


def _look(box: SecretBox | None, sealed: dict[str, str]) -> Finding:
    closed = [id_ for id_, secret in sorted(sealed.items()) if not _opens(box, secret)]
    if closed:
        mend = f"put the old key back, after a comma in {_VARIABLE}; or set the API key anew"
        return failed(NAME, f"cannot be decrypted: {', '.join(closed)}", mend)
    if sealed:
        return fine(NAME, f"all saved API keys can be decrypted: {len(sealed)}")
    if box is None:
        return fine(NAME, f"none saved; to save any in Slack, set {_VARIABLE}: {_NEW_KEY}")
    return fine(NAME, "none saved in Slack")


def _opens(box: SecretBox | None, sealed: str) -> bool:
    if box is None:
        return False
    try:
        box.open(sealed)
    except CannotOpen:
        return False
    return True


def _secret_box(settings: Settings) -> SecretBox | None:
    """As the bot would open it, without making the file that it would make."""
    if settings.encryption_keys:
        return SecretBox(settings.encryption_keys)
    address = settings.database_address
    if not isinstance(address, SqliteAddress):
        return None
    path = key_path(address)
    return SecretBox([path.read_text().strip()]) if path.exists() else None


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
