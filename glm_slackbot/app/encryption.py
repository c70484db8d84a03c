"""The key for secrets at rest: from the environment, else a file beside a SQLite database."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import structlog

from glm_slackbot.storage.address import BadDatabaseUrl, SqliteAddress
from glm_slackbot.storage.secret_box import BadEncryptionKey, SecretBox, key_file

if TYPE_CHECKING:
    from glm_slackbot.app.settings import Settings

log = structlog.get_logger(__name__)

VARIABLE: Final = "GLM_SLACKBOT_ENCRYPTION_KEY"
NEW_KEY_LINE: Final = (
    'python -c "from cryptography.fernet import Fernet; print(Fernet.generate_key().decode())"'
)


class KeyFault(Exception):
    """A key that cannot be used; ``mend`` says what to do."""

    def __init__(self, words: str, mend: str) -> None:
        super().__init__(f"{words}; {mend}")
        self.words = words
        self.mend = mend


def key_path(address: SqliteAddress) -> Path:
    """Where the key lies beside a database."""
    return address.path.with_name(address.path.name + ".key")


def key_file_of(settings: Settings) -> Path | None:
    """The key file that is in use, or would be once it is made."""
    if settings.encryption_keys:
        return None
    address = settings.database_address
    return key_path(address) if isinstance(address, SqliteAddress) else None


def secret_box_of(settings: Settings) -> SecretBox | None:
    """The box, or None on PostgreSQL without a key: then no API key can be saved.

    Raises KeyFault.
    """
    file = key_file_of(settings)
    if file is not None:
        try:
            is_new = key_file(file)[1]
        except (OSError, ValueError):
            is_new = False  # told below
        if is_new:
            log.info("made a key for the API keys saved in Slack; back it up", file=str(file))
    return box_at_hand(settings)


def box_at_hand(settings: Settings) -> SecretBox | None:
    """The same, but a key file that is not there is not made. Raises KeyFault."""
    file = key_file_of(settings)
    if file is None:
        return box_of(settings.encryption_keys) if settings.encryption_keys else None
    try:
        return SecretBox([file.read_text("ascii").strip()]) if file.exists() else None
    except OSError as fault:
        words = f"the key file {file} cannot be read ({fault.strerror})"
        raise KeyFault(words, "give this user the file") from None
    except ValueError:
        mend = "put its backup there, or move it away: a new one is made, and what was saved "
        raise KeyFault(f"the key file {file} holds no key", f"{mend}is set anew") from None


def encryption_mistakes(settings: Settings) -> list[str]:
    """What keeps ``serve`` from reading secrets, in a line."""
    try:
        box_at_hand(settings)
    except KeyFault as fault:
        return [str(fault)]
    except BadDatabaseUrl:
        pass  # told already
    return []


def old_key_back(settings: Settings) -> str:
    """What brings back what no key opens."""
    address = settings.database_address
    file = key_path(address) if isinstance(address, SqliteAddress) else None
    if file is not None and key_file_of(settings) is not None:
        return f"put the backup of {file} back, or its key into {VARIABLE}"
    there = f" (that of the key file is in {file})" if file is not None and file.exists() else ""
    return f"put the old key back, after a comma in {VARIABLE}{there}"


def box_of(keys: list[str]) -> SecretBox:
    """The box of the environment's keys, at least one. Raises KeyFault, which tells no key."""
    for place, key in enumerate(keys, start=1):
        try:
            SecretBox([key])
        except BadEncryptionKey:
            which = f"its key {place} of {len(keys)}" if len(keys) > 1 else "it"
            words = f"{VARIABLE}: {which} is not 32 bytes in URL-safe base64"
            raise KeyFault(words, f"make a key: {NEW_KEY_LINE}") from None
    return SecretBox(keys)
