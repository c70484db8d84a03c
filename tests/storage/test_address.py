"""DATABASE_URL in the forms people paste."""

from __future__ import annotations

from pathlib import Path

import pytest

from glm_slackbot.storage.address import (
    BadDatabaseUrl,
    PostgresAddress,
    SqliteAddress,
    parse_database_url,
)


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("sqlite:///glm_slackbot.db", "glm_slackbot.db"),
        ("sqlite:////var/lib/bot.db", "/var/lib/bot.db"),
        ("sqlite+aiosqlite:///bot.db", "bot.db"),
        ("SQLite:///bot.db?timeout=5", "bot.db"),
        ("sqlite:///my%20files/100%25.db", "my files/100%.db"),
    ],
)
def test_sqlite_names_a_file(url: str, path: str) -> None:
    address = parse_database_url(url)

    assert address == SqliteAddress(Path(path))
    assert str(address) == f"SQLite file {path}"


def test_the_lock_is_on_a_file_beside_the_database() -> None:
    address = SqliteAddress(Path("/var/lib/bot.db"))

    assert address.lock_path == Path("/var/lib/bot.db.lock")


def test_every_spelling_of_a_file_has_the_same_lock_and_spool(tmp_path: Path) -> None:
    file, link = tmp_path / "bot.db", tmp_path / "other" / "link.db"
    link.parent.mkdir()
    link.symlink_to(file)
    address = SqliteAddress(link)

    assert address.lock_path == SqliteAddress(file).lock_path
    assert address.spool_path == SqliteAddress(file).spool_path == tmp_path / "bot.db.spool"
    assert str(address) == f"SQLite file {link}"


@pytest.mark.parametrize(
    ("url", "dsn"),
    [
        ("postgres://u:p@h:5432/d", "postgresql://u:p@h:5432/d"),
        ("postgresql://u:p@h/d", "postgresql://u:p@h/d"),
        ("postgresql+asyncpg://u:p@h/d", "postgresql://u:p@h/d"),
        ("postgres://u:p@h/d?sslmode=require", "postgresql://u:p@h/d?sslmode=require"),
        (
            "postgres://u:p@h/d?sslmode=require&channel_binding=require",
            "postgresql://u:p@h/d?sslmode=require",
        ),
        (
            "postgresql://u:p@h/d?connect_timeout=10&gssencmode=disable&keepalives=1&pgbouncer=true"
            "&application_name=bot&target_session_attrs=read-write",
            "postgresql://u:p@h/d?application_name=bot&target_session_attrs=read-write",
        ),
        ("postgresql://u:p@h/d?connect_timeout=10", "postgresql://u:p@h/d"),
        ("postgresql://u:p@%2Frun%2Fpg/d", "postgresql://u:p@%2Frun%2Fpg/d"),
        ("postgresql://u:p@one,two/d", "postgresql://u:p@one,two/d"),
        ("postgresql:///d?host=/run/pg", "postgresql:///d?host=/run/pg"),
        ("postgresql://u:p%40%2F@h/d", "postgresql://u:p%40%2F@h/d"),
    ],
)
def test_postgres_is_passed_on_as_its_driver_reads_it(url: str, dsn: str) -> None:
    assert parse_database_url(url) == PostgresAddress(dsn)


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("", "is neither"),
        ("mysql://u:p@h/d", "is neither"),
        ("bot.db", "is neither"),
        ("sqlite://bot.db", "needs a file"),
        ("sqlite:///", "needs a file"),
        ("sqlite:///:memory:", "needs a file"),
        ("postgres://u:p@h", "names no database"),
        ("postgres://u:p@h/", "names no database"),
        ("postgres://u:secret/word@h/d", "cannot be read"),
        ("postgres://u:secret@[h/d", "cannot be read"),
        ("postgres://u:secret@h..x/d", "a host that no host can have"),
        ("postgres://u:secret@h/d?sslmode=bogus", "unknown sslmode; it can be disable, allow"),
        ("postgres://u:secret@h/d?sslmode=no-verify", "unknown sslmode"),
        ("postgres://u:secret@h/d?ssl=true", "write sslmode=require"),
        ("postgres://u:secret@h/d?gssencmode=require", "gssencmode=require, which our driver"),
        ("postgres://u:secret@h/d?require_auth=scram-sha-256", "require_auth=, which our driver"),
        ("postgres://u:secret@h/d?hostaddr=10.0.0.1", "write the address as the host"),
        ("postgres://u:secret@/d?port=secret", "port=, which is no number"),
    ],
)
def test_what_cannot_be_read_is_told_without_the_password(url: str, words: str) -> None:
    with pytest.raises(BadDatabaseUrl, match=words) as caught:
        parse_database_url(url)

    assert "secret" not in str(caught.value)


def test_an_address_in_words_has_no_password() -> None:
    address = parse_database_url("postgres://user:secret@db.example/bot?sslmode=require")

    assert str(address) == "PostgreSQL at db.example, database bot"
    assert "secret" not in repr(address)
