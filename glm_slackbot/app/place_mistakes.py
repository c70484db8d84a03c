"""What this machine does not have of what the settings ask for. Looked at, never made or called."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

from glm_slackbot.app.certificate_files import certificates_mistake, unreadable
from glm_slackbot.app.host_names import can_be_a_host
from glm_slackbot.storage.address import BadDatabaseUrl, PostgresAddress, SqliteAddress

if TYPE_CHECKING:
    from glm_slackbot.app.settings import Settings

_SQLITE_START: Final = b"SQLite format 3\0"
_CHECKING: Final = ("verify-ca", "verify-full")


def place_mistakes(settings: Settings) -> list[str]:
    """One line a mistake, naming its variable."""
    lines = []
    if not can_be_a_host(settings.host):
        lines.append(
            f"GLM_SLACKBOT_HOST is {settings.host!r}; it can be an address of this machine "
            "(0.0.0.0, 127.0.0.1, ::) or its name"
        )
    try:
        address = settings.database_address
    except BadDatabaseUrl:
        return lines  # told already
    if isinstance(address, SqliteAddress):
        mistake = _sqlite_mistake(Path(os.path.realpath(address.path)))
    else:
        mistake = _postgres_mistake(address)
    return [*lines, f"DATABASE_URL: {mistake}"] if mistake else lines


def _sqlite_mistake(file: Path) -> str | None:
    folder = file.parent
    if not folder.is_dir():
        return f"the folder {folder} is missing: `mkdir -p {folder}`, or name another"
    if not os.access(folder, os.W_OK | os.X_OK):
        return f"this user may not write into {folder}: give it that folder, or name another"
    if not file.exists():
        return None
    if file.is_dir():
        return f"{file} is a folder: name a file in it"
    if not os.access(file, os.R_OK | os.W_OK):
        return f"this user may not write {file}: give it that file, or name another"
    return _kind_mistake(file)


def _kind_mistake(file: Path) -> str | None:
    with file.open("rb") as opened:
        start = opened.read(len(_SQLITE_START))
    if start in (b"", _SQLITE_START):
        return None
    return f"{file} is not a SQLite database: name another file, or restore a backup"


def _postgres_mistake(address: PostgresAddress) -> str | None:
    """Certificates, where the driver looks for them."""
    given = address.parameters
    mode = given.get("sslmode", "prefer")
    if mode == "disable":
        return None
    for name in ("sslcert", "sslkey", "sslcrl"):
        if name in given and (mistake := unreadable(given[name])):
            return f"{name}: {mistake}"
    root = given.get("sslrootcert") or os.environ.get("PGSSLROOTCERT")
    if root and mode in ("require", *_CHECKING):
        mistake = certificates_mistake(root)
        return f"sslrootcert: {mistake}" if mistake else None
    if mode in _CHECKING and not os.path.exists(os.path.expanduser("~/.postgresql/root.crt")):
        return (
            f"sslmode={mode} needs the certificate of the server's authority: "
            "add &sslrootcert=/path/to/root.crt (sslmode=require would not check it)"
        )
    return None
