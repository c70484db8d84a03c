"""The key for secrets at rest: from the environment, else a file beside a SQLite database."""

from __future__ import annotations

from pathlib import Path

import structlog

from glm_slackbot.app.settings import Settings
from glm_slackbot.storage.address import SqliteAddress
from glm_slackbot.storage.secret_box import SecretBox, key_file

log = structlog.get_logger(__name__)


def key_path(address: SqliteAddress) -> Path:
    """Where the key lies beside a database."""
    return address.path.with_name(address.path.name + ".key")


def secret_box_of(settings: Settings) -> SecretBox | None:
    """The box, or None on PostgreSQL without a key: then no API key can be saved."""
    if settings.encryption_keys:
        return SecretBox(settings.encryption_keys)
    address = settings.database_address
    if not isinstance(address, SqliteAddress):
        return None
    path = key_path(address)
    key, is_new = key_file(path)
    if is_new:
        log.info("made a key for the API keys saved in Slack; back it up", file=str(path))
    return SecretBox([key])
