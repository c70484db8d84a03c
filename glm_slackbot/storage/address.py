"""DATABASE_URL in the forms people paste, as the drivers want them."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

from glm_slackbot.storage.postgres_parameters import driver_parameters


class BadDatabaseUrl(ValueError):
    """DATABASE_URL is of no form that we know."""


@dataclass(frozen=True, slots=True)
class SqliteAddress:
    """A file; ``:memory:`` is refused, for a job must outlive the process."""

    path: Path

    @property
    def lock_path(self) -> Path:
        """The file one serving process holds a lock on: beside the database, never itself."""
        return self._beside(".lock")

    @property
    def spool_path(self) -> Path:
        """The folder for images on their way, beside the database."""
        return self._beside(".spool")

    def _beside(self, ending: str) -> Path:
        """By the file itself: with a lock for each spelling, two processes would serve it."""
        real = Path(os.path.realpath(self.path))
        return real.with_name(real.name + ending)

    def __str__(self) -> str:
        return f"SQLite file {self.path}"


@dataclass(frozen=True, slots=True, repr=False)
class PostgresAddress:
    """A DSN as asyncpg reads it, ``sslmode`` included."""

    dsn: str

    @property
    def parameters(self) -> dict[str, str]:
        """What stands behind the question mark."""
        return dict(parse_qsl(urlsplit(self.dsn).query))

    def __str__(self) -> str:
        parts = urlsplit(self.dsn)
        return f"PostgreSQL at {parts.hostname or 'localhost'}, database {parts.path.lstrip('/')}"


Address = SqliteAddress | PostgresAddress


def parse_database_url(url: str) -> Address:
    """Read a DATABASE_URL. Raises BadDatabaseUrl with the forms that work."""
    scheme = url.split(":", 1)[0].split("+", 1)[0].lower()
    if scheme == "sqlite":
        return _sqlite(url)
    if scheme in ("postgres", "postgresql"):
        return _postgres(url)
    raise BadDatabaseUrl(
        "is neither sqlite:///path/to/file.db nor postgresql://user:password@host/database"
    )


def _sqlite(url: str) -> SqliteAddress:
    _, found, path = url.partition(":///")
    path = unquote(path.split("?", 1)[0])
    if not found or not path or path == ":memory:":
        raise BadDatabaseUrl("needs a file: sqlite:///glm_slackbot.db, or sqlite:////var/lib/x.db")
    return SqliteAddress(Path(path))


def _postgres(url: str) -> PostgresAddress:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        # The reason is not passed on: it may quote a piece of the password.
        raise BadDatabaseUrl(
            "cannot be read: in user and password write / as %2F, @ as %40, : as %3A, # as %23"
        ) from None
    try:
        query = driver_parameters(parts.query)
    except ValueError as mistake:
        raise BadDatabaseUrl(str(mistake)) from None
    hosts = unquote(parts.hostname or "")
    if not hosts.startswith("/") and not all(map(_can_be_asked_for, hosts.split(","))):
        raise BadDatabaseUrl("names a host that no host can have: an empty or too long part")
    if not (parts.path.strip("/") or query.get("host")):
        raise BadDatabaseUrl("names no database: postgresql://user:password@host/database")
    words = urlencode(query, safe="/")
    # By hand: urlunsplit drops the slashes where a socket stands for the host.
    return PostgresAddress(
        f"postgresql://{parts.netloc}{parts.path}" + (f"?{words}" if words else "")
    )


def _can_be_asked_for(host: str) -> bool:
    """Whether the resolver takes it: another name is no failure to resolve, but an exception."""
    try:
        host.encode("idna")
    except UnicodeError:
        return False
    return True
